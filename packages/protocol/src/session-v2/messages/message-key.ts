/**
 * The key of one message from the secrets that sender and recipient agree on, and the two bytes that tell the recipient
 * which of its keys was used without telling anybody else (spec 12 §3.2 and §3.3). Text and framing are in `seal-message.ts` and
 * `open-message.ts`.
 *
 * @module
 */
import type { X25519PublicKey } from '@sotto/crypto/agreement'
import { concatBytes, wipeBytes } from '@sotto/crypto/bytes'
import { sha3, shake256 } from '@sotto/crypto/hash'
import { XCHACHA_KEY_BYTES, XCHACHA_NONCE_BYTES, type XChaChaKey } from '@sotto/crypto/xchacha'
import { hashInDomain, label, PERSONALISATION } from '../domains.ts'
import { INDICATOR_BYTES } from '../limits.ts'

export interface HybridSecrets {
  readonly kemSecret: Uint8Array
  readonly agreementSecret: Uint8Array
  readonly ephemeral: Uint8Array
  readonly recipient: X25519PublicKey
}

/**
 * The combiner of X-Wing: the message stays closed while either ML-KEM or X25519 holds. The two public keys are in it, so
 * that a ciphertext for one key is none for another. Both secrets are wiped.
 */
export function deriveHybridKey(secrets: HybridSecrets): XChaChaKey {
  const { kemSecret, agreementSecret, ephemeral, recipient } = secrets
  const input = concatBytes([
    kemSecret,
    agreementSecret,
    ephemeral,
    recipient,
    label('hybridCombiner'),
  ])
  wipeBytes(kemSecret, agreementSecret)
  return expandSecret(input, label('messageSecret'))
}

/** For a recipient without a published key. The recipient stands before the ephemeral key here. The secret is wiped. */
export function derivePlainKey(secrets: Omit<HybridSecrets, 'kemSecret'>): XChaChaKey {
  const { agreementSecret, ephemeral, recipient } = secrets
  const input = concatBytes([agreementSecret, recipient, ephemeral, label('plainCombiner')])
  wipeBytes(agreementSecret)
  return expandSecret(input, label('plainSecret'))
}

function expandSecret(combined: Uint8Array, name: Uint8Array): XChaChaKey {
  const secret = sha3(combined)
  const input = concatBytes([name, secret])
  const output = shake256(input, XCHACHA_KEY_BYTES + XCHACHA_NONCE_BYTES)
  wipeBytes(combined, secret, input)
  return {
    key: output.subarray(0, XCHACHA_KEY_BYTES),
    nonce: output.subarray(XCHACHA_KEY_BYTES),
  }
}

/**
 * Masks the indicator, and unmasks it. The mask is a secret between the message's ephemeral key and the recipient's
 * account key: without it whoever sees messages could count which of them used the same key.
 */
export function maskIndicator(input: {
  readonly indicator: Uint8Array
  readonly sharedSecret: Uint8Array
  readonly ephemeral: Uint8Array
  readonly recipient: X25519PublicKey
}): Uint8Array {
  const mask = hashInDomain({
    domain: PERSONALISATION.messageIndicator,
    length: INDICATOR_BYTES,
    key: input.sharedSecret,
    parts: [input.ephemeral, input.recipient],
  })
  return mask.map((byte, index) => byte ^ (input.indicator[index] ?? 0))
}
