/** Bounds between keys, and ranges cut in parts. */
import { encodeHex } from '@sotto/crypto/bytes'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { arbitraryKey, createKeySet, keyOf } from '../../test/reconcile-fixtures.ts'
import { compareBytes } from './compare-bytes.ts'
import { FIRST_BOUND, trimBound } from './index.ts'
import {
  compareUpper,
  encodeBound,
  findPiece,
  isCanonicalBound,
  separateKeys,
  splitPiece,
} from './key-range.ts'

const twoKeys = fc
  .uniqueArray(arbitraryKey, { minLength: 2, maxLength: 2, selector: encodeHex })
  .map((pair) => pair.toSorted(compareBytes))

describe('trimBound', () => {
  it('leaves out zeros at the end, which say nothing', () => {
    expect(trimBound(Uint8Array.of(1, 0, 2, 0, 0))).toEqual(Uint8Array.of(1, 0, 2))
    expect(trimBound(new Uint8Array(40))).toEqual(FIRST_BOUND)
  })

  it('stands at the same place as the bound that was given', () => {
    fc.assert(
      fc.property(fc.array(arbitraryKey), arbitraryKey, fc.nat({ max: 40 }), (list, key, end) => {
        const set = createKeySet(list)
        const bound = Uint8Array.from(key).fill(0, end)
        expect(set.lowerBound(trimBound(bound))).toBe(set.lowerBound(bound))
        expect(isCanonicalBound(trimBound(bound))).toBe(true)
      }),
    )
  })

  it('throws for what is longer than a key', () => {
    expect(() => trimBound(new Uint8Array(41))).toThrow(RangeError)
  })
})

describe('separateKeys', () => {
  it('gives a bound behind the one key and not behind the other', () => {
    fc.assert(
      fc.property(twoKeys, ([left = keyOf(), right = keyOf()]) => {
        const bound = separateKeys(left, right)
        expect(compareBytes(left, bound)).toBeLessThan(0)
        expect(compareBytes(right, bound)).toBeGreaterThanOrEqual(0)
        expect(isCanonicalBound(bound)).toBe(true)
      }),
    )
  })

  it('gives the shortest one that does', () => {
    fc.assert(
      fc.property(twoKeys, ([left = keyOf(), right = keyOf()]) => {
        const shorter = separateKeys(left, right).subarray(0, -1)
        expect(compareBytes(left, shorter)).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('needs one byte where the first differs', () => {
    expect(separateKeys(keyOf(1, 9), keyOf(3, 4, 5))).toEqual(Uint8Array.of(3))
  })
})

describe('compareUpper', () => {
  it('puts the end of all keys behind every bound', () => {
    expect(compareUpper(undefined, Uint8Array.of(0xff))).toBeGreaterThan(0)
    expect(compareUpper(Uint8Array.of(0xff), undefined)).toBeLessThan(0)
    expect(compareUpper(undefined, undefined)).toBe(0)
  })
})

describe('encodeBound', () => {
  it('writes a length and the bound, and a zero for the end of all keys', () => {
    expect(encodeBound(Uint8Array.of(7, 8))).toEqual([Uint8Array.of(2), Uint8Array.of(7, 8)])
    expect(encodeBound(undefined)).toEqual([Uint8Array.of(0)])
  })
})

describe('splitPiece', () => {
  const set = createKeySet(Array.from({ length: 100 }, (_, index) => keyOf(index, 1)))
  const all = findPiece(set, { lower: FIRST_BOUND, upper: undefined })

  it('covers the range without gaps, in parts of almost equal size', () => {
    fc.assert(
      fc.property(fc.array(arbitraryKey), fc.integer({ min: 2, max: 20 }), (list, count) => {
        const keys = createKeySet(list)
        const whole = findPiece(keys, { lower: FIRST_BOUND, upper: undefined })
        const parts = splitPiece(keys, whole, count)
        const sizes = parts.map(({ from, to }) => to - from)
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        expect(parts.map(({ lower }) => lower)).toEqual([
          FIRST_BOUND,
          ...parts.slice(0, -1).map(({ upper }) => upper),
        ])
        expect(parts.at(-1)?.upper).toBeUndefined()
        for (const part of parts) expect(findPiece(keys, part)).toEqual(part)
      }),
    )
  })

  it('never makes an empty part of a range that has keys', () => {
    expect(splitPiece(set, { ...all, to: 3 }, 16)).toHaveLength(3)
  })

  it.each([0, 1])('leaves a range with %i keys whole', (to) => {
    expect(splitPiece(set, { ...all, to }, 16)).toEqual([{ ...all, to }])
  })
})
