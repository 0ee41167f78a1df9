/**
 * ML-KEM-768 (FIPS 203): a secret for whoever holds a key, that no quantum computer finds (spec 01
 * §8.1). What a shared secret is then used for, and with which other secret it is mixed, is the
 * business of its own module.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from './assert-length.ts'
import type { KemSecret } from './backend/crypto-backend.ts'
import type { BrandedBytes } from './branded.ts'
import { wipeBytes } from './bytes.ts'
import { systemRandomness, type Randomness } from './randomness.ts'

export type KemPublicKey = BrandedBytes<'KemPublicKey'>

export interface KemKeyPair {
  readonly publicKey: KemPublicKey
  /** Unpacked, for `decapsulate`. What is stored of a pair is its seed. */
  readonly secret: KemSecret
}

export interface Encapsulated {
  readonly ciphertext: Uint8Array
  readonly sharedSecret: Uint8Array
}

/** The seed d ‖ z (FIPS 203 §7.1). */
export const KEM_SEED_BYTES = 64
/** FIPS 203 §8, table 3. */
export const KEM_PUBLIC_KEY_BYTES = 1184
export const KEM_CIPHERTEXT_BYTES = 1088
const MESSAGE_BYTES = 32
/** Three polynomials of 256 coefficients of 12 bits; 32 bytes of seed follow, all of which are usable. */
const COEFFICIENTS_BYTES = 1152
const COEFFICIENT_PAIR_BYTES = 3
const MODULUS = 3329

/** The seed is copied: the caller keeps it or wipes it. Throws on another length, a mistake of ours. */
export function deriveKemKeyPair(seed: Uint8Array): KemKeyPair {
  assertLength(seed, KEM_SEED_BYTES, 'ML-KEM seed')
  const { publicKey, secret } = backend.deriveKem(seed)
  return { publicKey: publicKey as KemPublicKey, secret }
}

/**
 * The two checks of FIPS 203 §7.2. A coefficient of q or more would be reduced: the same key under a
 * second name, with other shared secrets, because the name is hashed into them.
 */
export function toKemPublicKey(bytes: Uint8Array): KemPublicKey | undefined {
  if (bytes.length !== KEM_PUBLIC_KEY_BYTES) return undefined
  for (let offset = 0; offset < COEFFICIENTS_BYTES; offset += COEFFICIENT_PAIR_BYTES) {
    const middle = bytes[offset + 1] ?? 0
    const first = (bytes[offset] ?? 0) | ((middle & 0x0f) << 8)
    const second = (middle >> 4) | ((bytes[offset + 2] ?? 0) << 4)
    if (first >= MODULUS || second >= MODULUS) return undefined
  }
  return bytes as KemPublicKey
}

/**
 * A fresh secret and what tells it to the key's holder. Whoever passes `systemRandomness` leaves the
 * choice to the library, which is six times faster in Node (ADR 0011); from any other source 32 bytes
 * are taken, which decide ciphertext and secret.
 */
export function encapsulate(publicKey: KemPublicKey, randomness: Randomness): Encapsulated {
  if (randomness === systemRandomness) return backend.encapsulateKem(publicKey)
  const message = randomness.bytes(MESSAGE_BYTES)
  const encapsulated = backend.encapsulateKem(publicKey, message)
  // The secret is a hash of the message and the public key.
  wipeBytes(message)
  return encapsulated
}

/**
 * Nothing for another length than 1,088 bytes; otherwise always a secret. One that was not meant for this
 * key, or was altered, gives a secret that its sender does not know, and only the cipher above finds
 * out: whoever could see the difference here could search for the key with altered ciphertexts.
 */
export function decapsulate(keyPair: KemKeyPair, ciphertext: Uint8Array): Uint8Array | undefined {
  if (ciphertext.length !== KEM_CIPHERTEXT_BYTES) return undefined
  return keyPair.secret.decapsulate(ciphertext)
}
