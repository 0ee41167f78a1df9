/**
 * Writes a message of the second version (spec 12 §3.2, §3.3): to a published key with forward secrecy, and to the account's
 * own key for a recipient without one. Both have one shape, so that only the recipient sees the difference.
 *
 * @module
 */
import {
  agree,
  type AgreementKeyPair,
  createAgreementKeyPair,
  type X25519PublicKey,
} from '@sotto/crypto/agreement'
import { concatBytes, wipeBytes } from '@sotto/crypto/bytes'
import { accountIdPublicKey } from '@sotto/crypto/identity'
import { encapsulate, KEM_CIPHERTEXT_BYTES } from '@sotto/crypto/kem'
import type { Randomness } from '@sotto/crypto/randomness'
import { err, ok, type Result } from '@sotto/crypto/result'
import { sealXChaCha, XCHACHA_TAG_BYTES, type XChaChaKey } from '@sotto/crypto/xchacha'
import { ProtocolError } from '../../errors.ts'
import type { PublicKeys } from '../keys/key-pairs.ts'
import {
  INDICATOR_BYTES,
  MESSAGE_BYTES_MAX,
  MESSAGE_BYTES_MIN,
  MESSAGE_HEADER_BYTES,
  MESSAGE_PREFIX,
  MESSAGE_SIZE_CLASSES,
  MESSAGE_STEP_BYTES,
} from '../limits.ts'
import { deriveHybridKey, derivePlainKey, maskIndicator } from './message-key.ts'
import { encodeSignedContent, type MessageDraft } from './signed-content.ts'

interface MessageHeader {
  readonly indicator: Uint8Array
  readonly ephemeral: Uint8Array
  readonly ciphertext: Uint8Array
}

/** `keys` is what the recipient's outbox shows. */
export function sealMessage(
  draft: MessageDraft,
  keys: PublicKeys,
  randomness: Randomness,
): Result<Uint8Array, ProtocolError> {
  const recipient = accountIdPublicKey(draft.recipient)
  const own = createAgreementKeyPair(randomness)
  const ephemeral = own.publicKey
  const sharedSecret = agreeOrThrow(own, recipient)
  const indicator = maskIndicator({
    indicator: keys.kem.subarray(0, INDICATOR_BYTES),
    sharedSecret,
    ephemeral,
    recipient,
  })
  const { ciphertext, sharedSecret: kemSecret } = encapsulate(keys.kem, randomness)
  const agreementSecret = agreeOrThrow(own, keys.agreement)
  wipeBytes(own.secretKey, sharedSecret)
  const key = deriveHybridKey({
    kemSecret,
    agreementSecret,
    ephemeral,
    recipient: keys.agreement,
  })
  return assemble({ indicator, ephemeral, ciphertext }, key, draft)
}

/**
 * For a recipient that has published no key: without forward secrecy, and open to a quantum computer. Random bytes stand
 * where the other form has its indicator and ciphertext.
 */
export function sealMessageWithoutSecrecy(
  draft: MessageDraft,
  randomness: Randomness,
): Result<Uint8Array, ProtocolError> {
  const recipient = accountIdPublicKey(draft.recipient)
  const own = createAgreementKeyPair(randomness)
  const indicator = randomness.bytes(INDICATOR_BYTES)
  const ciphertext = randomness.bytes(KEM_CIPHERTEXT_BYTES)
  const agreementSecret = agreeOrThrow(own, recipient)
  wipeBytes(own.secretKey)
  const key = derivePlainKey({ agreementSecret, ephemeral: own.publicKey, recipient })
  const header = { indicator, ephemeral: own.publicKey, ciphertext }
  return assemble(header, key, draft)
}

/** Account ids and published keys were checked when they were read. */
function agreeOrThrow(own: AgreementKeyPair, peer: X25519PublicKey): Uint8Array {
  const secret = agree(own.secretKey, peer)
  if (secret === undefined) throw new TypeError('a key that was never checked')
  return secret
}

function assemble(
  { indicator, ephemeral, ciphertext }: MessageHeader,
  key: XChaChaKey,
  draft: MessageDraft,
): Result<Uint8Array, ProtocolError> {
  const inner = encodeSignedContent(draft)
  const least = messageBytes(inner.length)
  const total = draft.usesSizeClasses === true ? roundToClass(least) : least
  if (total > MESSAGE_BYTES_MAX) {
    return err(new ProtocolError('session_too_large', `${total} bytes`))
  }
  const padded = new Uint8Array(total - MESSAGE_HEADER_BYTES - XCHACHA_TAG_BYTES)
  padded.set(inner)
  const prefix = Uint8Array.from(MESSAGE_PREFIX)
  const sealed = sealXChaCha(key, padded)
  wipeBytes(key.key, padded)
  return ok(concatBytes([prefix, indicator, ephemeral, ciphertext, sealed]))
}

/** Steps of 256 bytes from the least size: what a message weighs says little of what it holds. */
function messageBytes(innerBytes: number): number {
  const needed = MESSAGE_HEADER_BYTES + XCHACHA_TAG_BYTES + innerBytes
  return Math.max(MESSAGE_BYTES_MIN, Math.ceil(needed / MESSAGE_STEP_BYTES) * MESSAGE_STEP_BYTES)
}

/** What fits no class is too large, and stays what it is so that it is refused. */
function roundToClass(bytes: number): number {
  return MESSAGE_SIZE_CLASSES.find((size) => size >= bytes) ?? bytes
}
