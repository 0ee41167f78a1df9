/**
 * Who asks: accounts (05), groups (03) and subaccounts, with keys of libsodium and the platform, written from the
 * public description of the protocol and sharing nothing with the network under test.
 *
 * @module
 */

import { createPublicKey, randomBytes, verify } from 'node:crypto'
import sodium from 'libsodium-wrappers'
import type { Json } from '../foreign/foreign-rpc.ts'

await sodium.ready

const SEED_SIZE = 32
/** Flag bits of a subaccount token. */
export const READ = 1
export const WRITE = 2
export const DELETE = 4
export const ANY_PREFIX = 8

export type Part = string | number | Uint8Array

/** What a signature covers: everything one after the other, numbers in base ten. */
function concatParts(parts: readonly Part[]): Buffer {
  return Buffer.concat(
    parts.map((part) => Buffer.from(typeof part === 'number' ? `${part}` : part)),
  )
}

interface Signer {
  readonly publicKey: Uint8Array
  /** Base64. */
  sign(...parts: readonly Part[]): string
}

function createSigner(): Signer {
  const { publicKey, privateKey } = sodium.crypto_sign_seed_keypair(randomBytes(SEED_SIZE))
  return {
    publicKey,
    sign: (...parts) =>
      Buffer.from(sodium.crypto_sign_detached(concatParts(parts), privateKey)).toString('base64'),
  }
}

/** Someone who signs requests about one account: its owner, or the holder of a subaccount. */
export interface Caller extends Signer {
  /** 66 hex digits of the account. */
  readonly id: string
  /** Prefix and 32 bytes. */
  readonly bytes: Uint8Array
  /** The parameters that say who asks. */
  readonly auth: Json
}

function toCaller(signer: Signer, prefix: number, rest: Uint8Array, auth: Json): Caller {
  const bytes = Buffer.from([prefix, ...rest])
  const id = bytes.toString('hex')
  return { ...signer, id, bytes, auth: { pubkey: id, ...auth } }
}

/** An 05 account: its id is the X25519 form of the key that `pubkey_ed25519` names. */
export function createUser(): Caller {
  const signer = createSigner()
  const rest = sodium.crypto_sign_ed25519_pk_to_curve25519(signer.publicKey)
  const auth = { pubkey_ed25519: Buffer.from(signer.publicKey).toString('hex') }
  return toCaller(signer, 5, rest, auth)
}

/** An 03 group: its id is the key itself. */
export function createGroup(): Caller {
  const signer = createSigner()
  return toCaller(signer, 3, signer.publicKey, {})
}

export interface Subaccount extends Caller {
  readonly token: Uint8Array
}

/** A subaccount of this owner, with these flags and, unless told otherwise, the owner's prefix. */
export function issueSubaccount(
  owner: Caller,
  flags: number,
  prefix: number = owner.bytes[0] ?? 0,
): Subaccount {
  const signer = createSigner()
  const token = Buffer.from([prefix, flags, 0, 0, ...signer.publicKey])
  const auth = {
    ...owner.auth,
    subaccount: token.toString('base64'),
    subaccount_sig: owner.sign(token),
  }
  return { ...owner, ...signer, auth, token }
}

/** The same account, asked about by someone with a key of no importance. */
export function impersonate(owner: Caller): Caller {
  return { ...owner, sign: createSigner().sign }
}

/** Whether the base64 signature is this Ed25519 key's over the concatenation. */
export function isSignedBy(
  ed25519: string,
  signature: unknown,
  ...parts: readonly Part[]
): boolean {
  if (typeof signature !== 'string') return false
  const x = Buffer.from(ed25519, 'hex').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  return verify(null, concatParts(parts), key, Buffer.from(signature, 'base64'))
}

/** The 43 characters by which a stored message is known. */
export function computeMessageHash(account: Caller, namespace: number, data: Uint8Array): string {
  const input = concatParts([account.bytes, namespace === 0 ? '' : namespace, data])
  const digest = sodium.crypto_generichash(32, input, null)
  return Buffer.from(digest).toString('base64').replace('=', '')
}
