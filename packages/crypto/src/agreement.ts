/**
 * X25519 key agreement (RFC 7748) with refused results as values (spec 01 §4). What a shared
 * secret is then used for – it must never be a key as it is – is the business of `onion/` and
 * `session/`.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from './assert-length.ts'
import type { BrandedBytes } from './branded.ts'
import type { Randomness } from './randomness.ts'

export type X25519PublicKey = BrandedBytes<'X25519PublicKey'>
export type X25519SecretKey = BrandedBytes<'X25519SecretKey'>

export interface AgreementKeyPair {
  readonly secretKey: X25519SecretKey
  readonly publicKey: X25519PublicKey
}

export const X25519_KEY_BYTES = 32

/**
 * For ephemeral keys, mostly: one for each onion layer and each sealed message. A pair that is used
 * twice makes two messages linkable by everyone who carries them.
 */
export function createAgreementKeyPair(randomness: Randomness): AgreementKeyPair {
  return deriveAgreementKeyPair(randomness.bytes(X25519_KEY_BYTES))
}

/** Takes ownership of `secretKey`. Throws on another length, which is a mistake of ours. */
export function deriveAgreementKeyPair(secretKey: Uint8Array): AgreementKeyPair {
  assertLength(secretKey, X25519_KEY_BYTES, 'X25519 secret key')
  return {
    secretKey: secretKey as X25519SecretKey,
    publicKey: backend.deriveX25519PublicKey(secretKey) as X25519PublicKey,
  }
}

/** Checks the length only: a key that gives no secret is refused by `agree`. */
export function toX25519PublicKey(bytes: Uint8Array): X25519PublicKey | undefined {
  return bytes.length === X25519_KEY_BYTES ? (bytes as X25519PublicKey) : undefined
}

/**
 * The shared secret, or nothing if the peer's key is of low order: the secret would be zero for
 * every key of ours, so that anybody could compute it.
 */
export function agree(
  secretKey: X25519SecretKey,
  publicKey: X25519PublicKey,
): Uint8Array | undefined {
  return backend.agreeX25519(secretKey, publicKey)
}
