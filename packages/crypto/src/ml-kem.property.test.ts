/** ML-KEM against bytes that anyone may send: a refusal or a secret, never a throw. */
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backend } from './backend/index.ts'
import { equalBytes } from './bytes.ts'
import {
  decapsulate,
  deriveKemKeyPair,
  encapsulate,
  KEM_CIPHERTEXT_BYTES,
  KEM_PUBLIC_KEY_BYTES,
  toKemPublicKey,
} from './ml-kem.ts'

/** A noble decapsulation takes a millisecond and has one path for all inputs; native runs them all. */
const DECAPSULATION_RUNS = backend.name === 'native' ? DECODER_RUNS : 2_000
const ENCAPSULATION_RUNS = 300

const pair = deriveKemKeyPair(new Uint8Array(64).fill(5))
const honest = encapsulate(pair.publicKey, createSeededRandomness('honest'))

/** A thousand bytes for one number: fast-check would take longer to choose them than we to read them. */
function arbitraryNoise(length: number): fc.Arbitrary<Uint8Array> {
  return fc.nat().map((number) => createSeededRandomness(`${number}`).bytes(length))
}

/** Shorter and longer by some bytes, or by much. */
function arbitraryResized(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc.oneof(
    arbitraryBytes(64),
    fc.nat({ max: original.length }).map((length) => original.slice(0, length)),
    arbitraryBytes(8).map((tail) => Uint8Array.of(...original, ...tail)),
  )
}

describe('bytes from outside', () => {
  test('it takes as a key what FIPS 203 §7.2 takes, and encapsulates to all of that', () => {
    let accepted = 0
    const keys = fc.oneof(
      arbitraryNoise(KEM_PUBLIC_KEY_BYTES),
      arbitraryMutation(pair.publicKey),
      arbitraryResized(pair.publicKey),
    )
    fc.assert(
      fc.property(keys, (bytes) => {
        const key = toKemPublicKey(bytes)
        if (key === undefined) return
        accepted++
        if (!isReduced(bytes)) expect.fail('not the one encoding of a key')
        if (accepted > ENCAPSULATION_RUNS) return
        const { ciphertext } = encapsulate(key, createSeededRandomness('any'))
        if (ciphertext.length !== KEM_CIPHERTEXT_BYTES) expect.fail('not a ciphertext')
      }),
      { numRuns: DECODER_RUNS },
    )
    expect(accepted).toBeGreaterThan(ENCAPSULATION_RUNS)
  })

  test('it gives a secret for any bytes of the right length, the honest one for none of them', () => {
    const ciphertexts = fc.oneof(
      arbitraryNoise(KEM_CIPHERTEXT_BYTES),
      arbitraryMutation(honest.ciphertext),
    )
    fc.assert(
      fc.property(ciphertexts, (bytes) => {
        // Two changes of one byte may cancel.
        if (equalBytes(bytes, honest.ciphertext)) return
        const secret = decapsulate(pair, bytes)
        if (secret?.length !== 32) expect.fail('not a secret')
        if (equalBytes(secret, honest.sharedSecret)) expect.fail('an altered ciphertext was opened')
      }),
      { numRuns: DECAPSULATION_RUNS },
    )
  })

  test('it refuses bytes of every other length', () => {
    fc.assert(
      fc.property(arbitraryResized(honest.ciphertext), (bytes) => {
        const isRefused = decapsulate(pair, bytes) === undefined
        if (isRefused !== (bytes.length !== KEM_CIPHERTEXT_BYTES)) expect.fail('judged wrongly')
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

/** ByteEncode₁₂(ByteDecode₁₂(x)) = x, by one large number a polynomial instead of bits in threes. */
function isReduced(bytes: Uint8Array): boolean {
  for (let start = 0; start < 1152; start += 384) {
    const digits = [...bytes.subarray(start, start + 384)].toReversed()
    let value = BigInt(`0x${digits.map((byte) => byte.toString(16).padStart(2, '0')).join('')}`)
    for (let index = 0; index < 256; index++, value >>= 12n) {
      if ((value & 0xfffn) >= 3329n) return false
    }
  }
  return true
}
