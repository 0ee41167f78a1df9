/**
 * Bytes that look random and are the same for the same seed, with the shape of `Randomness` in
 * `@sotto/crypto/randomness`. For tests and for the local network's known accounts; never for a
 * secret.
 *
 * @module
 */
import { createCipheriv, createHash } from 'node:crypto'

export interface SeededRandomness {
  bytes(length: number): Uint8Array
}

const NONCE_BYTES = 16

/**
 * AES-256-CTR over zeros, keyed with the seed's SHA-256: any length, and no state to get wrong.
 */
export function createSeededRandomness(seed: string): SeededRandomness {
  const key = createHash('sha256').update(seed).digest()
  const stream = createCipheriv('aes-256-ctr', key, new Uint8Array(NONCE_BYTES))
  return {
    // Copied out of Node's buffer, because the contract says that the caller owns the bytes.
    bytes: (length) => Uint8Array.from(stream.update(new Uint8Array(length))),
  }
}
