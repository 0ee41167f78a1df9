/** A key that was met before verifies, and refuses, exactly as it did the first time. */
import { describe, expect, test } from 'vitest'
import { backend as native } from './native.ts'
import { backend as noble } from './noble.ts'

/** More often than a key is used before its multiples are kept. */
const TIMES = 20
/** More keys than find room. */
const KEYS = 70
const message = Uint8Array.of(1, 2, 3)

function createSeed(index: number): Uint8Array {
  return new Uint8Array(32).fill(index + 1)
}

function alter(bytes: Uint8Array, index: number): Uint8Array {
  const altered = bytes.slice()
  altered[index] = (altered[index] ?? 0) ^ 1
  return altered
}

describe('a key that verifies again and again', () => {
  const seed = createSeed(0)
  const publicKey = noble.deriveEd25519PublicKey(seed)
  const signature = noble.signEd25519(seed, publicKey, message)

  test('it verifies each time, and refuses each time another message, R or S', () => {
    for (let time = 0; time < TIMES; time++) {
      expect(noble.verifyEd25519(publicKey, message, signature)).toBe(true)
      expect(noble.verifyEd25519(publicKey, Uint8Array.of(time), signature)).toBe(false)
      expect(noble.verifyEd25519(publicKey, message, alter(signature, time))).toBe(false)
      expect(noble.verifyEd25519(publicKey, message, alter(signature, 32 + time))).toBe(false)
    }
  })

  test('it verifies new messages as the other back end signs them', () => {
    for (let time = 0; time < TIMES; time++) {
      const text = new Uint8Array(time).fill(time)
      const signed = native.signEd25519(seed, publicKey, text)
      expect(noble.verifyEd25519(publicKey, text, signed)).toBe(true)
    }
  })

  test('it gives the same agreement key each time, in bytes of its own', () => {
    const first = noble.convertEd25519PublicKey(publicKey)
    const expected = native.convertEd25519PublicKey(publicKey)
    expect(first).toEqual(expected)
    first?.fill(0)
    expect(noble.convertEd25519PublicKey(publicKey)).toEqual(expected)
  })
})

describe('more keys than find room', () => {
  const keys = Array.from({ length: KEYS }, (_, index) => {
    const seed = createSeed(index)
    const publicKey = native.deriveEd25519PublicKey(seed)
    return { publicKey, signature: native.signEd25519(seed, publicKey, message) }
  })

  test('it verifies by each its own signature and no other, however they take turns', () => {
    for (const round of [0, 1]) {
      for (const [index, { publicKey, signature }] of keys.entries()) {
        const other = keys[(index + 1 + round) % KEYS]?.signature ?? message
        expect(noble.verifyEd25519(publicKey, message, signature)).toBe(true)
        expect(noble.verifyEd25519(publicKey, message, other)).toBe(false)
      }
    }
  })
})

test('it refuses bytes that are no point, and keys with a part of small order, each time', () => {
  const noPoint = new Uint8Array(32).fill(2)
  // The point of order 2, (0, −1).
  const smallOrder = new Uint8Array(32).fill(255)
  smallOrder[0] = 0xec
  smallOrder[31] = 0x7f
  for (let time = 0; time < TIMES; time++) {
    expect(noble.verifyEd25519(noPoint, message, new Uint8Array(64))).toBe(false)
    expect(noble.convertEd25519PublicKey(noPoint)).toBeUndefined()
    expect(noble.convertEd25519PublicKey(smallOrder)).toBeUndefined()
  }
})
