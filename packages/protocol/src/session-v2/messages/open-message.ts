/**
 * Opens a message of the second version (spec 12 §3.5). Anybody can store anything in a public inbox, so everything here is
 * a stranger's until the signature inside was checked.
 *
 * @module
 */
import { agree, toX25519PublicKey, X25519_KEY_BYTES } from '@sotto/crypto/agreement'
import { wipeBytes } from '@sotto/crypto/bytes'
import type { Account } from '@sotto/crypto/identity'
import { decapsulate } from '@sotto/crypto/kem'
import { err, ok, type Result } from '@sotto/crypto/result'
import { openXChaCha } from '@sotto/crypto/xchacha'
import { ProtocolError } from '../../errors.ts'
import { type AccountKey, findKeysByIndicator } from '../keys/account-key.ts'
import {
  INDICATOR_BYTES,
  MESSAGE_BYTES_MAX,
  MESSAGE_BYTES_MIN,
  MESSAGE_HEADER_BYTES,
  MESSAGE_PREFIX,
} from '../limits.ts'
import { stripZeros } from '../signed-dict.ts'
import { deriveHybridKey, derivePlainKey, maskIndicator } from './message-key.ts'
import { decodeSignedContent, type SignedContent } from './signed-content.ts'

export interface OpenedMessageV2 extends SignedContent {
  /** False when the sender had no key of ours: to be shown, because such a message has less protection. */
  readonly isForwardSecret: boolean
}

interface OpenInput {
  readonly account: Account
  /** All that are held, in their order. */
  readonly accountKeys: readonly AccountKey[]
  readonly bytes: Uint8Array
}

interface SealedParts {
  readonly indicator: Uint8Array
  readonly ephemeral: Uint8Array
  readonly ciphertext: Uint8Array
  readonly sealed: Uint8Array
}

/** Which reader the bytes of a public inbox are for. The first version is protobuf, which never begins with 0. */
export function isSecondVersion(bytes: Uint8Array): boolean {
  return bytes[0] === MESSAGE_PREFIX[0]
}

/**
 * Total. `session_v2_no_key` is the one refusal that time can heal: another device of the account may know the key
 * already, so the message is kept until the group's messages were read again.
 */
export function openMessageV2(input: OpenInput): Result<OpenedMessageV2, ProtocolError> {
  const { account, accountKeys, bytes } = input
  const parts = readParts(bytes)
  if (!parts.ok) return parts
  const { indicator, sealed } = parts.value
  const ephemeral = toX25519PublicKey(parts.value.ephemeral)
  const sharedSecret = ephemeral && agree(account.agreement.secretKey, ephemeral)
  if (ephemeral === undefined || sharedSecret === undefined) return malformed('ephemeral key')
  const recipient = account.agreement.publicKey
  const unmasked = maskIndicator({ indicator, sharedSecret, ephemeral, recipient })
  for (const accountKey of findKeysByIndicator(accountKeys, unmasked)) {
    const padded = openWith(accountKey, parts.value)
    if (padded !== undefined) {
      wipeBytes(sharedSecret)
      return readContent(account, padded, true)
    }
  }
  const key = derivePlainKey({ agreementSecret: sharedSecret, ephemeral, recipient })
  const padded = openXChaCha(key, sealed)
  if (padded === undefined) return err(new ProtocolError('session_v2_no_key', 'no key opens it'))
  return readContent(account, padded, false)
}

function readParts(bytes: Uint8Array): Result<SealedParts, ProtocolError> {
  if (bytes[0] !== MESSAGE_PREFIX[0]) return malformed('first byte')
  if (bytes.length >= MESSAGE_PREFIX.length && bytes[1] !== MESSAGE_PREFIX[1]) {
    return err(new ProtocolError('session_v2_version', `version ${bytes[1] ?? 0}`))
  }
  if (bytes.length < MESSAGE_BYTES_MIN || bytes.length > MESSAGE_BYTES_MAX) {
    return malformed(`${bytes.length} bytes`)
  }
  const afterIndicator = MESSAGE_PREFIX.length + INDICATOR_BYTES
  const afterEphemeral = afterIndicator + X25519_KEY_BYTES
  return ok({
    indicator: bytes.subarray(MESSAGE_PREFIX.length, afterIndicator),
    ephemeral: bytes.subarray(afterIndicator, afterEphemeral),
    ciphertext: bytes.subarray(afterEphemeral, MESSAGE_HEADER_BYTES),
    sealed: bytes.subarray(MESSAGE_HEADER_BYTES),
  })
}

/** Decapsulation never says that a key was wrong; only the tag does. */
function openWith({ pairs }: AccountKey, parts: SealedParts): Uint8Array | undefined {
  const ephemeral = toX25519PublicKey(parts.ephemeral)
  const agreementSecret = ephemeral && agree(pairs.agreement.secretKey, ephemeral)
  const kemSecret = decapsulate(pairs.kem, parts.ciphertext)
  if (agreementSecret === undefined || kemSecret === undefined) return undefined
  const recipient = pairs.agreement.publicKey
  const key = deriveHybridKey({
    kemSecret,
    agreementSecret,
    ephemeral: parts.ephemeral,
    recipient,
  })
  return openXChaCha(key, parts.sealed)
}

/** Once a tag has held, no other key is tried: what is wrong now was made by whoever knew the key. */
function readContent(
  account: Account,
  padded: Uint8Array,
  isForwardSecret: boolean,
): Result<OpenedMessageV2, ProtocolError> {
  const content = decodeSignedContent(account.accountId, stripZeros(padded))
  return content.ok ? ok({ ...content.value, isForwardSecret }) : content
}

function malformed(what: string): Result<never, ProtocolError> {
  return err(new ProtocolError('session_v2_malformed', what))
}
