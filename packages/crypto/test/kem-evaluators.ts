/**
 * The vector files of spec 01 §8: ML-KEM-768 and hybrid keys.
 *
 * @module
 */
import { encodeHex } from '../src/bytes.ts'
import {
  decapsulate,
  deriveHybridKeyPair,
  deriveKemKeyPair,
  encapsulate,
  hashHybridKey,
  toHybridPublicKey,
  toKemPublicKey,
} from '../src/kem.ts'
import type { KemKeyPair } from '../src/kem.ts'
import type { VectorEvaluator, Verdict } from './vector-evaluator.ts'
import { bytesOf, defineEvaluator, fixedRandomness } from './vector-evaluator.ts'

interface SeedInput {
  readonly seed: string
  /** The random bytes of an encapsulation to the seed's public key. */
  readonly message?: string
  /** What the seed's key decapsulates. */
  readonly ciphertext?: string
}

interface PublicKeyInput {
  readonly publicKey: string
}

/** A seed of another length is our own mistake, so the key pair's function throws. */
function attempt<T>(derive: () => T): T | undefined {
  try {
    return derive()
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function evaluatePair(pair: KemKeyPair, { message, ciphertext }: SeedInput): Verdict {
  if (message !== undefined) {
    const made = encapsulate(pair.publicKey, fixedRandomness(message))
    return {
      expect: {
        ciphertext: encodeHex(made.ciphertext),
        sharedSecret: encodeHex(made.sharedSecret),
      },
    }
  }
  if (ciphertext === undefined) return { expect: { publicKey: encodeHex(pair.publicKey) } }
  const sharedSecret = decapsulate(pair, bytesOf(ciphertext))
  return sharedSecret
    ? { expect: { sharedSecret: encodeHex(sharedSecret) } }
    : { reject: 'ciphertext_length' }
}

function evaluateKem(input: SeedInput | PublicKeyInput): Verdict {
  if ('publicKey' in input) {
    const isUsable = toKemPublicKey(bytesOf(input.publicKey)) !== undefined
    return isUsable ? { expect: true } : { reject: 'public_key' }
  }
  const pair = attempt(() => deriveKemKeyPair(bytesOf(input.seed)))
  return pair ? evaluatePair(pair, input) : { reject: 'seed_length' }
}

function evaluateHybrid(input: SeedInput | PublicKeyInput): Verdict {
  if ('publicKey' in input) {
    const publicKey = toHybridPublicKey(bytesOf(input.publicKey))
    return publicKey
      ? { expect: { hash: encodeHex(hashHybridKey(publicKey)) } }
      : { reject: 'public_key' }
  }
  const pair = attempt(() => deriveHybridKeyPair(bytesOf(input.seed)))
  if (pair === undefined) return { reject: 'seed_length' }
  const { publicKey } = pair
  return { expect: { publicKey: encodeHex(publicKey), hash: encodeHex(hashHybridKey(publicKey)) } }
}

export const KEM_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('01-identity/hybrid-key.json', evaluateHybrid),
  defineEvaluator('01-identity/ml-kem.json', evaluateKem),
]
