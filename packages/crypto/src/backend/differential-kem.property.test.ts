/**
 * Both libraries are one ML-KEM-768 (ADR 0011): what one encapsulates the other opens, and they refuse
 * alike. A difference would be found by the client whose layer a node cannot open.
 */
import { arbitraryBytesOf, arbitraryMutation } from '@sotto/testkit/arbitraries'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toKemPublicKey } from '../ml-kem.ts'
import type { CryptoBackend } from './crypto-backend.ts'
import { backend as native } from './native.ts'
import { nobleKem } from './noble-kem.ts'
import { backend as noble } from './noble.ts'

const RUNS = 200
const seeds = arbitraryBytesOf(64)
const messages = arbitraryBytesOf(32)

interface Direction {
  readonly name: string
  readonly from: CryptoBackend
  readonly to: CryptoBackend
}

const DIRECTIONS: readonly Direction[] = [
  { name: 'native to noble', from: native, to: noble },
  { name: 'noble to native', from: noble, to: native },
]

describe('keys', () => {
  test('it derives equal public keys from every seed', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        expect(native.deriveKem(seed).publicKey).toEqual(noble.deriveKem(seed).publicKey)
      }),
      { numRuns: RUNS },
    )
  })

  test('it encapsulates to no key that our rule refuses, on either back end', () => {
    const { publicKey } = native.deriveKem(new Uint8Array(64).fill(1))
    const verdicts = new Set<boolean>()
    fc.assert(
      fc.property(arbitraryMutation(publicKey), (bytes) => {
        const isUsable = toKemPublicKey(bytes) !== undefined
        verdicts.add(isUsable)
        expect(succeeds(() => native.encapsulateKem(bytes))).toBe(isUsable)
        expect(succeeds(() => noble.encapsulateKem(bytes))).toBe(isUsable)
      }),
      { numRuns: RUNS },
    )
    expect(verdicts.size).toBe(2)
  })
})

describe.each(DIRECTIONS)('$name', ({ from, to }) => {
  test('it opens what the other side made with its own randomness', () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const own = to.deriveKem(seed)
        const { ciphertext, sharedSecret } = from.encapsulateKem(own.publicKey)
        expect(own.secret.decapsulate(ciphertext)).toEqual(sharedSecret)
        expect(from.deriveKem(seed).secret.decapsulate(ciphertext)).toEqual(sharedSecret)
      }),
      { numRuns: RUNS },
    )
  })

  test('it opens what was made with given bytes, and alters it into the same other secret', () => {
    fc.assert(
      fc.property(seeds, messages, fc.nat({ max: 1087 }), (seed, message, index) => {
        const [own, twin] = [to.deriveKem(seed), from.deriveKem(seed)]
        const { ciphertext, sharedSecret } = from.encapsulateKem(own.publicKey, message)
        expect(own.secret.decapsulate(ciphertext)).toEqual(sharedSecret)
        ciphertext[index] = (ciphertext[index] ?? 0) ^ 0x10
        const rejection = own.secret.decapsulate(ciphertext)
        expect(rejection).not.toEqual(sharedSecret)
        expect(twin.secret.decapsulate(ciphertext)).toEqual(rejection)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('random ciphertexts', () => {
  test('it gives equal secrets for them on both, with one key for all', () => {
    const seed = new Uint8Array(64).fill(9)
    const [own, twin] = [native.deriveKem(seed), noble.deriveKem(seed)]
    fc.assert(
      fc.property(fc.nat(), (number) => {
        const noise = createSeededRandomness(`${number}`).bytes(1088)
        expect(own.secret.decapsulate(noise)).toEqual(twin.secret.decapsulate(noise))
      }),
      { numRuns: RUNS },
    )
  })
})

describe('random bytes of the caller’s', () => {
  test('it decides everything on both back ends, because native leaves it to noble', () => {
    const { publicKey } = native.deriveKem(new Uint8Array(64).fill(2))
    const message = new Uint8Array(32).fill(3)
    const expected = nobleKem.encapsulateKem(publicKey, message)
    expect(native.encapsulateKem(publicKey, message)).toEqual(expected)
    expect(noble.encapsulateKem(publicKey, message)).toEqual(expected)
  })

  test('it is not taken from a source that repeats itself where none is given', () => {
    const { publicKey } = native.deriveKem(new Uint8Array(64).fill(2))
    for (const backend of [native, noble]) {
      const made = [1, 2, 3].map(() => backend.encapsulateKem(publicKey).ciphertext.join())
      expect(new Set(made).size).toBe(3)
    }
  })
})

function succeeds(operation: () => unknown): boolean {
  try {
    operation()
    return true
  } catch {
    return false
  }
}
