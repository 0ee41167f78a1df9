import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import { equalBytes } from './bytes.ts'
import {
  decapsulate,
  deriveKemKeyPair,
  encapsulate,
  KEM_CIPHERTEXT_BYTES,
  KEM_PUBLIC_KEY_BYTES,
  KEM_SEED_BYTES,
  toKemPublicKey,
} from './ml-kem.ts'
import { systemRandomness } from './randomness.ts'

const randomness = createSeededRandomness('ml-kem')
const seed = randomness.bytes(KEM_SEED_BYTES)
const pair = deriveKemKeyPair(seed)

/** Of each pair of coefficients, three bytes hold the first in their low and the second in their high bits. */
function withCoefficient(index: number, value: number): Uint8Array {
  const bytes = Uint8Array.from(pair.publicKey)
  const offset = 3 * Math.floor(index / 2)
  const middle = bytes[offset + 1] ?? 0
  if (index % 2 === 0) {
    bytes[offset] = value & 0xff
    bytes[offset + 1] = (middle & 0xf0) | (value >> 8)
  } else {
    bytes[offset + 1] = (middle & 0x0f) | ((value & 0x0f) << 4)
    bytes[offset + 2] = value >> 4
  }
  return bytes
}

describe('deriveKemKeyPair', () => {
  test('it gives one pair for a seed, and another for each bit of either half that changes', () => {
    expect(pair.publicKey).toHaveLength(KEM_PUBLIC_KEY_BYTES)
    expect(deriveKemKeyPair(Uint8Array.from(seed)).publicKey).toEqual(pair.publicKey)
    const changed = Uint8Array.from(seed)
    changed[31] = (changed[31] ?? 0) ^ 1
    expect(deriveKemKeyPair(changed).publicKey).not.toEqual(pair.publicKey)
  })

  test('it keeps working after the seed was wiped, which is the caller’s', () => {
    const own = Uint8Array.from(seed)
    const derived = deriveKemKeyPair(own)
    own.fill(0)
    const { ciphertext, sharedSecret } = encapsulate(pair.publicKey, randomness)
    expect(decapsulate(derived, ciphertext)).toEqual(sharedSecret)
  })

  test.each([0, 32, 63, 65, 128])('it throws for a seed of %i bytes, our own mistake', (length) => {
    expect(() => deriveKemKeyPair(new Uint8Array(length))).toThrow(RangeError)
  })
})

describe('toKemPublicKey', () => {
  test('it takes what was derived, as the same bytes', () => {
    const bytes = Uint8Array.from(pair.publicKey)
    expect(toKemPublicKey(bytes)).toBe(bytes)
  })

  test.each([0, 32, 800, 1183, 1185, 1568])('it refuses %i bytes', (length) => {
    expect(toKemPublicKey(new Uint8Array(length))).toBeUndefined()
  })

  test.each([0, 1, 2, 255, 256, 383, 511, 512, 766, 767])(
    'it takes 3328 as coefficient %i and refuses 3329 and 4095, second names of other keys',
    (index) => {
      expect(toKemPublicKey(withCoefficient(index, 3328))).toBeDefined()
      expect(toKemPublicKey(withCoefficient(index, 3329))).toBeUndefined()
      expect(toKemPublicKey(withCoefficient(index, 4095))).toBeUndefined()
    },
  )

  test('it takes any last 32 bytes, which are a seed and no coefficients', () => {
    const bytes = Uint8Array.from(pair.publicKey)
    bytes.fill(0xff, 1152)
    expect(toKemPublicKey(bytes)).toBeDefined()
  })

  test('it takes no key by one of its parts: a view is judged within its bounds', () => {
    const memory = new Uint8Array(KEM_PUBLIC_KEY_BYTES + 2).fill(0xff)
    memory.set(pair.publicKey, 1)
    expect(toKemPublicKey(memory.subarray(1, -1))).toBeDefined()
    expect(toKemPublicKey(memory.subarray(0, -2))).toBeUndefined()
  })
})

describe('encapsulate', () => {
  test('it gives the holder of the key, and nobody else, the secret', () => {
    const other = deriveKemKeyPair(randomness.bytes(KEM_SEED_BYTES))
    for (const source of [randomness, systemRandomness]) {
      const { ciphertext, sharedSecret } = encapsulate(pair.publicKey, source)
      expect(ciphertext).toHaveLength(KEM_CIPHERTEXT_BYTES)
      expect(sharedSecret).toHaveLength(32)
      expect(decapsulate(pair, ciphertext)).toEqual(sharedSecret)
      expect(decapsulate(other, ciphertext)).not.toEqual(sharedSecret)
    }
  })

  test('it gives another ciphertext and secret each time, from either source', () => {
    for (const source of [randomness, systemRandomness]) {
      const [first, second] = [1, 2].map(() => encapsulate(pair.publicKey, source))
      expect(first?.ciphertext).not.toEqual(second?.ciphertext)
      expect(first?.sharedSecret).not.toEqual(second?.sharedSecret)
    }
  })

  test('it is decided by 32 bytes of a source that is not the system’s, so that vectors can be', () => {
    const fixed = { bytes: (length: number) => new Uint8Array(length).fill(7) }
    expect(encapsulate(pair.publicKey, fixed)).toEqual(encapsulate(pair.publicKey, fixed))
  })
})

describe('decapsulate', () => {
  const { ciphertext, sharedSecret } = encapsulate(pair.publicKey, randomness)

  test('it gives for an altered ciphertext a secret that is always the same and says nothing', () => {
    for (const index of [0, 500, 959, 960, 1087]) {
      const altered = Uint8Array.from(ciphertext)
      altered[index] = (altered[index] ?? 0) ^ 1
      const secret = decapsulate(pair, altered)
      expect(secret).toHaveLength(32)
      expect(secret).not.toEqual(sharedSecret)
      expect(decapsulate(pair, altered)).toEqual(secret)
    }
  })

  test('it gives for a stranger’s ciphertext a secret that the second half of the seed decides', () => {
    const changed = Uint8Array.from(seed)
    changed[63] = (changed[63] ?? 0) ^ 1
    const twin = deriveKemKeyPair(changed)
    expect(twin.publicKey).toEqual(pair.publicKey)
    expect(decapsulate(twin, ciphertext)).toEqual(sharedSecret)
    const zeros = new Uint8Array(KEM_CIPHERTEXT_BYTES)
    expect(decapsulate(twin, zeros)).not.toEqual(decapsulate(pair, zeros))
  })

  test.each([0, 32, 768, 1087, 1089, 1568])('it refuses a ciphertext of %i bytes', (length) => {
    expect(decapsulate(pair, new Uint8Array(length))).toBeUndefined()
  })

  test('it gives secrets that share no memory, so that wiping one keeps the next', () => {
    const first = decapsulate(pair, ciphertext)
    first?.fill(0)
    const second = decapsulate(pair, ciphertext)
    expect(second && equalBytes(second, sharedSecret)).toBe(true)
  })
})
