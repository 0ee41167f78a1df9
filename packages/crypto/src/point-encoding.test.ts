import { ED25519_TORSION_SUBGROUP, ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { isAcceptableEd25519Point, isAcceptableX25519Point } from './point-encoding.ts'

const { Fp, fromHex } = {
  Fp: ed25519.Point.Fp,
  fromHex: (hex: string) => ed25519.Point.fromHex(hex, true),
}

/** 32 bytes of any value below 2^256. */
function encode(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn))
}

const PRIME = Fp.ORDER
const TOP = 2n ** 255n

describe('Ed25519 coordinates', () => {
  test('it knows the whole small-order group as it follows from the curve', () => {
    const coordinates = new Set(ED25519_TORSION_SUBGROUP.map((hex) => fromHex(hex).toAffine().y))
    expect(coordinates.size).toBe(5)
    for (const y of coordinates) {
      expect(isAcceptableEd25519Point(encode(y))).toBe(false)
      expect(isAcceptableEd25519Point(encode(y + TOP))).toBe(false)
    }
  })

  test('it draws the line at the prime, with either sign bit', () => {
    for (let distance = 0n; distance < 19n; distance++) {
      expect(isAcceptableEd25519Point(encode(PRIME + distance))).toBe(false)
      expect(isAcceptableEd25519Point(encode(PRIME + distance + TOP))).toBe(false)
    }
    for (let distance = 2n; distance < 300n; distance++) {
      expect(isAcceptableEd25519Point(encode(PRIME - distance))).toBe(true)
      expect(isAcceptableEd25519Point(encode(PRIME - distance + TOP))).toBe(true)
    }
  })

  test('it compares every byte: a neighbour of a small-order point is none', () => {
    for (const hex of ED25519_TORSION_SUBGROUP) {
      const bytes = fromHex(hex).toBytes()
      for (let index = 1; index < 31; index++) {
        const changed = Uint8Array.from(bytes)
        changed[index] = (changed[index] ?? 0) ^ 1
        expect(isAcceptableEd25519Point(changed)).toBe(true)
      }
    }
  })
})

describe('X25519 coordinates', () => {
  test('it knows the low-order keys as they follow from the small-order points', () => {
    for (const hex of ED25519_TORSION_SUBGROUP) {
      const { y } = fromHex(hex).toAffine()
      // u = (1 + y)/(1 − y); the neutral element has none and is written as zero.
      const u = y === 1n ? 0n : Fp.div(Fp.add(1n, y), Fp.sub(1n, y))
      expect(isAcceptableX25519Point(encode(u))).toBe(false)
    }
    // On the twist: u = −1 and, as the square of the other one’s inverse, nothing else below p
    // but 1.
    expect(isAcceptableX25519Point(encode(PRIME - 1n))).toBe(false)
    expect(isAcceptableX25519Point(encode(1n))).toBe(false)
  })

  test('it refuses the bit that agreement ignores, so that an account has one id', () => {
    expect(isAcceptableX25519Point(encode(9n))).toBe(true)
    expect(isAcceptableX25519Point(encode(9n + TOP))).toBe(false)
  })

  test('it refuses every value from the prime on', () => {
    for (let distance = 0n; distance < 19n; distance++) {
      expect(isAcceptableX25519Point(encode(PRIME + distance))).toBe(false)
    }
    expect(isAcceptableX25519Point(encode(PRIME - 2n))).toBe(true)
  })
})
