/** Sets of keys: order, search and fingerprints. */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  arbitraryKey,
  createKeySet,
  createUniformKeys,
  keyOf,
  listHex,
} from '../../test/reconcile-fixtures.ts'
import { KEY_SET_KEYS_MAX, KeySet, RECORD_KEY_BYTES, compareKeys } from './index.ts'

const keys = fc.array(arbitraryKey, { maxLength: 200 })
const ABC = createKeySet([keyOf(3), keyOf(1), keyOf(2)])
const NO_BYTES_FINGERPRINT = '0e5751c026e543b2e8ab2eb06099daa1'

describe('KeySet', () => {
  it('has each key once, in ascending order', () => {
    fc.assert(
      fc.property(keys, (list) => {
        const expected = [...new Set(listHex(list))].toSorted()
        expect(listHex(createKeySet([...list, ...list]))).toEqual(expected)
      }),
      { numRuns: 1000 },
    )
  })

  it.each([1, 2, 33, 1000, 20_000])('sorts %i uniform keys', (count) => {
    const packed = createUniformKeys(count, 'uniform')
    const list = Array.from({ length: count }, (_, index) =>
      packed.subarray(index * RECORD_KEY_BYTES, (index + 1) * RECORD_KEY_BYTES),
    )
    const set = new KeySet(packed)
    const expected = Buffer.concat(list.toSorted(Buffer.compare))
    expect(expected.equals(set.slice({ from: 0, to: set.count }))).toBe(true)
  })

  it('sorts many keys that were made to share their beginnings', () => {
    const list = Array.from({ length: 3000 }, (_, index) =>
      keyOf(9, 9, 9, 9, index % 7, 0, (index * 31) % 251, index % 13),
    )
    const expected = [...new Set(listHex(list))].toSorted()
    expect(listHex(createKeySet(list))).toEqual(expected)
  })

  it('agrees with compareKeys about the order', () => {
    fc.assert(
      fc.property(keys, (list) => {
        const set = createKeySet(list)
        for (let index = 1; index < set.count; index++) {
          expect(compareKeys(set.at(index - 1), set.at(index))).toBeLessThan(0)
        }
      }),
    )
  })

  it('keeps its own copy', () => {
    const packed = concatBytes([keyOf(2), keyOf(1)])
    const set = new KeySet(packed)
    packed.fill(0xff)
    expect(listHex(set)).toEqual(listHex([keyOf(1), keyOf(2)]))
  })

  it('reads keys that are a view into something larger, at any offset', () => {
    const larger = concatBytes([Uint8Array.of(0xff, 0xff, 0xff), keyOf(5), keyOf(4)])
    expect(listHex(new KeySet(larger.subarray(3)))).toEqual(listHex([keyOf(4), keyOf(5)]))
  })

  it('may be empty', () => {
    const empty = new KeySet(new Uint8Array())
    expect([empty.count, [...empty], empty.lowerBound(keyOf(1))]).toEqual([0, [], 0])
  })

  it.each([1, 39, 41])('throws for %i bytes: not whole keys', (length) => {
    expect(() => new KeySet(new Uint8Array(length))).toThrow(RangeError)
  })

  it('throws for more keys than it can sort', () => {
    // Of the claimed length only: nothing is read before it is refused.
    const packed = new Uint8Array(0)
    Object.defineProperty(packed, 'length', { value: (KEY_SET_KEYS_MAX + 1) * RECORD_KEY_BYTES })
    expect(() => new KeySet(packed)).toThrow('too many keys')
  })

  it.each([-1, 3, 0.5 + 3, Number.NaN])('throws for the place %d', (index) => {
    expect(() => ABC.at(index)).toThrow(RangeError)
  })

  it('throws for a key that no record can have', () => {
    const bytes = new Uint8Array(RECORD_KEY_BYTES).fill(0xff)
    expect(() => new KeySet(bytes).at(0)).toThrow(RangeError)
  })
})

describe('lowerBound', () => {
  it('finds the first key at or behind a bound, as a slow search does', () => {
    fc.assert(
      fc.property(keys, arbitraryKey, fc.nat({ max: 40 }), (list, key, length) => {
        const set = createKeySet(list)
        const bound = key.subarray(0, length)
        const slow = listHex(set).findIndex((text) => text >= encodeHex(bound))
        expect(set.lowerBound(bound)).toBe(slow < 0 ? set.count : slow)
      }),
      { numRuns: 1000 },
    )
  })

  it('takes no bound for the end of all keys and an empty one for their beginning', () => {
    expect([ABC.lowerBound(undefined), ABC.lowerBound(new Uint8Array())]).toEqual([3, 0])
  })
})

describe('has', () => {
  it('knows its keys and no others', () => {
    fc.assert(
      fc.property(keys, arbitraryKey, (list, other) => {
        const set = createKeySet(list)
        expect(list.every((key) => set.has(key))).toBe(true)
        expect(set.has(other)).toBe(listHex(list).includes(encodeHex(other)))
      }),
    )
  })
})

describe('fingerprint', () => {
  it('is the beginning of BLAKE2b-256 over the keys', () => {
    const digest = blake2b(concatBytes([keyOf(2), keyOf(3)]), { length: 32 })
    expect(ABC.fingerprint({ from: 1, to: 3 })).toEqual(digest.subarray(0, 16))
  })

  it('of no key is the hash of nothing, wherever the range is', () => {
    for (const place of [0, 2, 3]) {
      const fingerprint = ABC.fingerprint({ from: place, to: place })
      expect(encodeHex(fingerprint)).toBe(NO_BYTES_FINGERPRINT)
    }
  })

  it('differs for sets that differ in one bit of one key', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(arbitraryKey, { minLength: 1, maxLength: 20, selector: encodeHex }),
        fc.nat({ max: 255 }),
        (list, bit) => {
          const changed = list.map((key) => Uint8Array.from(key))
          const [first] = changed
          if (first) first[bit >> 3] = (first[bit >> 3] ?? 0) ^ (1 << (bit & 7))
          const [a, b] = [createKeySet(list), createKeySet(changed)]
          const isEqual =
            encodeHex(a.slice({ from: 0, to: a.count })) ===
            encodeHex(b.slice({ from: 0, to: b.count }))
          const whole = (set: KeySet): string =>
            encodeHex(set.fingerprint({ from: 0, to: set.count }))
          expect(whole(a) === whole(b)).toBe(isEqual)
        },
      ),
    )
  })
})
