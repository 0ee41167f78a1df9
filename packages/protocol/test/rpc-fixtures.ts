/**
 * Accounts, a group with a member, hashes and times that the tests of the RPC share. Everything is derived from fixed
 * seeds, so that a failure is the same on every machine.
 *
 * @module
 */
import { concatBytes, encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { deriveSigningKeyPair, sign, type SigningKeyPair } from '@sotto/crypto/signing'
import {
  checkRequest,
  parseRequest,
  type RequestOf,
  type RpcFailure,
  type RpcRequest,
} from '../src/rpc/index.ts'
import { type AccountBytes, parseAccountBytes } from '../src/swarm/index.ts'

/** 2026-01-01T00:00:00Z. */
export const NOW_MS = 1_767_225_600_000
export const DAY_MS = 86_400_000

export const HASHES = [
  '4sMyAuaZlMwww3oFvfhazfw7ASx/7TDtO+TVc8aAjHs',
  'MNMvcJftLpEmkC5rcENyXu/R0gqOJ1eW24SiC5ZVC3c',
  'RKfzPoxgrGv0+bnaytg85gAqKN+/g2sRHtNB1ZrkTkE',
] as const

const ACCOUNT_SEED_BYTES = 16
const KEY_BYTES = 32

function accountOf(index: number): Account {
  return deriveAccount(new Uint8Array(ACCOUNT_SEED_BYTES).fill(index))
}

export function keyPairOf(index: number): SigningKeyPair {
  return deriveSigningKeyPair(new Uint8Array(KEY_BYTES).fill(index))
}

export const alice: Account = accountOf(1)
export const bob: Account = accountOf(2)
export const groupKey: SigningKeyPair = keyPairOf(3)
export const memberKey: SigningKeyPair = keyPairOf(4)
export const groupId: string = `03${encodeHex(groupKey.publicKey)}`

export function bytesOfAccount(id: string): AccountBytes {
  const account = parseAccountBytes(id)
  if (account === undefined) throw new TypeError('a test names no account')
  return account
}

export function signText(key: SigningKeyPair, text: string | Uint8Array): string {
  return encodeBase64(sign(key, typeof text === 'string' ? encodeUtf8(text) : text))
}

/** Parameters that alice signed. */
export function signedByAlice(params: object, text: string | Uint8Array): object {
  return {
    pubkey: alice.accountId,
    pubkey_ed25519: encodeHex(alice.signing.publicKey),
    ...params,
    signature: signText(alice.signing, text),
  }
}

export function createToken(flags: number, prefix = 0x03): Uint8Array {
  return concatBytes([Uint8Array.of(prefix, flags, 0, 0), memberKey.publicKey])
}

/** Parameters that a member of the group signed, with a token that the group's key signed. */
export function signedByMember(flags: number, params: object, text: string): object {
  const token = createToken(flags)
  return {
    pubkey: groupId,
    ...params,
    subaccount: encodeBase64(token),
    subaccount_sig: signText(groupKey, token),
    signature: signText(memberKey, text),
  }
}

export function parseValid(method: string, params: object): RpcRequest {
  const parsed = parseRequest({ method, params })
  if (!parsed.ok) throw new TypeError(parsed.error.text)
  return parsed.value
}

/** A request that holds no others. */
export function parsePlain(method: string, params: object): RequestOf {
  const request = parseValid(method, params)
  if (request.method === 'batch' || request.method === 'sequence' || request.method === 'ifelse') {
    throw new TypeError('a plain request was meant')
  }
  return request
}

/** The answer to a request that must be refused while it is read. */
export function refusalOf(method: string, params: object): string {
  const parsed = parseRequest({ method, params })
  return parsed.ok ? 'accepted' : `${parsed.error.status} ${parsed.error.text}`
}

interface CheckOptions {
  readonly nowMs?: number
  readonly isForwarded?: boolean
  readonly isRevoked?: (token: Uint8Array) => boolean
}

export function check(request: RequestOf, options: CheckOptions = {}): RpcFailure | undefined {
  return checkRequest(request, {
    nowMs: NOW_MS,
    isForwarded: false,
    isRevoked: () => false,
    ...options,
  })
}
