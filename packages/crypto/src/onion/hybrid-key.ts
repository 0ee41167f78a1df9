/**
 * A node's hybrid key: ML-KEM-768 and X25519 from one seed, so that a layer sealed to both stays
 * closed while either of them holds (spec 01 §8.2). Nothing is sealed to it yet; how two secrets become
 * one is the onion's matter.
 *
 * @module
 */
import type { AgreementKeyPair, X25519PublicKey } from '../agreement.ts'
import { deriveAgreementKeyPair, X25519_KEY_BYTES } from '../agreement.ts'
import { assertLength } from '../assert-length.ts'
import type { BrandedBytes } from '../branded.ts'
import { concatBytes, encodeUtf8, wipeBytes } from '../bytes.ts'
import { blake2b } from '../hash.ts'
import type { KemKeyPair, KemPublicKey } from '../ml-kem.ts'
import {
  deriveKemKeyPair,
  KEM_PUBLIC_KEY_BYTES,
  KEM_SEED_BYTES,
  toKemPublicKey,
} from '../ml-kem.ts'
import { isAcceptableX25519Point } from '../point-encoding.ts'

/** ML-KEM-768 ‖ X25519, as one byte string. */
export type HybridPublicKey = BrandedBytes<'HybridPublicKey'>

export interface HybridKeyPair {
  readonly publicKey: HybridPublicKey
  readonly kem: KemKeyPair
  readonly agreement: AgreementKeyPair
}

export interface HybridKeyParts {
  readonly kem: KemPublicKey
  readonly agreement: X25519PublicKey
}

export const HYBRID_SEED_BYTES = 32
export const HYBRID_PUBLIC_KEY_BYTES: number = KEM_PUBLIC_KEY_BYTES + X25519_KEY_BYTES
const HYBRID_HASH_BYTES = 32
const KEM_DOMAIN: Uint8Array = encodeUtf8('SottoHybridMlKem768')
const AGREEMENT_DOMAIN: Uint8Array = encodeUtf8('SottoHybridX25519')

/** The seed stays the caller's. Throws on another length, which is a mistake of ours. */
export function deriveHybridKeyPair(seed: Uint8Array): HybridKeyPair {
  assertLength(seed, HYBRID_SEED_BYTES, 'hybrid seed')
  const kemSeed = blake2b(KEM_DOMAIN, { length: KEM_SEED_BYTES, key: seed })
  const kem = deriveKemKeyPair(kemSeed)
  wipeBytes(kemSeed)
  const agreement = deriveAgreementKeyPair(
    blake2b(AGREEMENT_DOMAIN, { length: X25519_KEY_BYTES, key: seed }),
  )
  const publicKey = concatBytes([kem.publicKey, agreement.publicKey]) as HybridPublicKey
  return { publicKey, kem, agreement }
}

/**
 * Refuses what one of its halves refuses. The X25519 half must also have its one encoding (spec 01
 * §3.3): the key is known by a hash of its bytes, and a key with two hashes could be shown differently
 * to different clients.
 */
export function toHybridPublicKey(bytes: Uint8Array): HybridPublicKey | undefined {
  if (bytes.length !== HYBRID_PUBLIC_KEY_BYTES) return undefined
  const kem = toKemPublicKey(bytes.subarray(0, KEM_PUBLIC_KEY_BYTES))
  if (kem === undefined || !isAcceptableX25519Point(bytes.subarray(KEM_PUBLIC_KEY_BYTES))) {
    return undefined
  }
  return bytes as HybridPublicKey
}

/** Views of the two halves. */
export function splitHybridPublicKey(publicKey: HybridPublicKey): HybridKeyParts {
  return {
    kem: publicKey.subarray(0, KEM_PUBLIC_KEY_BYTES) as KemPublicKey,
    agreement: publicKey.subarray(KEM_PUBLIC_KEY_BYTES) as X25519PublicKey,
  }
}

/** What an epoch document knows the key by: BLAKE2b-256 of its bytes. */
export function hashHybridKey(publicKey: HybridPublicKey): Uint8Array {
  assertLength(publicKey, HYBRID_PUBLIC_KEY_BYTES, 'hybrid key')
  return blake2b(publicKey, { length: HYBRID_HASH_BYTES })
}
