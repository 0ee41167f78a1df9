/**
 * `@sotto/crypto/kem`: keys against quantum computers, for clients and nodes (spec 01 §8).
 *
 * @module
 */

export {
  decapsulate,
  deriveKemKeyPair,
  encapsulate,
  KEM_CIPHERTEXT_BYTES,
  KEM_PUBLIC_KEY_BYTES,
  KEM_SEED_BYTES,
  toKemPublicKey,
} from './ml-kem.ts'
export type { Encapsulated, KemKeyPair, KemPublicKey } from './ml-kem.ts'
export {
  deriveHybridKeyPair,
  hashHybridKey,
  HYBRID_PUBLIC_KEY_BYTES,
  HYBRID_SEED_BYTES,
  splitHybridPublicKey,
  toHybridPublicKey,
} from './onion/hybrid-key.ts'
export type { HybridKeyPair, HybridKeyParts, HybridPublicKey } from './onion/hybrid-key.ts'
