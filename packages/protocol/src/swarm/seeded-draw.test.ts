/** The stream of choices, against its definition in words and numbers. */
import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keysOf, seedOf } from '../../test/swarm-fixtures.ts'
import { SeededDraw } from './seeded-draw.ts'

const WORDS_PER_BLOCK = 16

/** The words of spec 02 §6.3, read with nothing of ours but the hash. */
function listWords(seed: Uint8Array, count: number): readonly number[] {
  const blocks = Array.from({ length: Math.ceil(count / WORDS_PER_BLOCK) }, (_, number) => {
    const counter = Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number)
    const message = concatBytes([encodeUtf8('sotto-swarms'), counter])
    return Buffer.from(blake2b(message, { length: 64, key: seed }))
  })
  const stream = Buffer.concat(blocks)
  return Array.from({ length: count }, (_, index) => stream.readUInt32BE(4 * index))
}

describe('below', () => {
  it('gives the words of the stream, in order, over many blocks', () => {
    const draw = new SeededDraw(seedOf(1))
    const words = Array.from({ length: 5000 }, () => draw.below(2 ** 32))
    expect(words).toEqual(listWords(seedOf(1), 5000))
  })

  it('gives remainders of the words', () => {
    const draw = new SeededDraw(seedOf(2))
    const numbers = Array.from({ length: 100 }, () => draw.below(7))
    expect(numbers).toEqual(listWords(seedOf(2), 100).map((word) => word % 7))
  })

  it('passes over words of the incomplete run, so that no number is likelier', () => {
    const count = 2 ** 31 + 1
    const draw = new SeededDraw(seedOf(3))
    const accepted = listWords(seedOf(3), 400).filter((word) => word < count)
    expect(accepted.length).toBeLessThan(250)
    expect(accepted.map(() => draw.below(count))).toEqual(accepted)
  })

  it('takes no word where there is nothing to choose', () => {
    const draw = new SeededDraw(seedOf(4))
    expect(Array.from({ length: 50 }, () => draw.below(1))).toEqual(Array(50).fill(0))
    expect(draw.below(2 ** 32)).toBe(listWords(seedOf(4), 1)[0])
  })

  it('spreads evenly', () => {
    const draw = new SeededDraw(seedOf(5))
    const counts = Array<number>(10).fill(0)
    for (let index = 0; index < 100_000; index += 1) {
      const number = draw.below(10)
      counts[number] = (counts[number] ?? 0) + 1
    }
    // Chi-squared with 9 degrees of freedom: above 33.7 in one of ten thousand fair streams.
    const distance = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0)
    expect(distance).toBeLessThan(33.7)
  })

  it('stays below its bound for any seed and bound', () => {
    const bound = fc.integer({ min: 1, max: 2 ** 32 - 1 })
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), bound, (seed, count) => {
        const number = new SeededDraw(seed).below(count)
        expect(Number.isInteger(number) && number >= 0 && number < count).toBe(true)
      }),
    )
  })

  it('differs with every bit of the seed', () => {
    const streams = Array.from({ length: 256 }, (_, bit) => {
      const seed = new Uint8Array(32)
      seed[bit >> 3] = 1 << (bit & 7)
      return new SeededDraw(seed).below(2 ** 32)
    })
    expect(new Set(streams).size).toBe(256)
  })
})

describe('choose and shuffle', () => {
  it('take one number for one choice', () => {
    const [first = 0, second = 0] = listWords(seedOf(6), 2)
    const draw = new SeededDraw(seedOf(6))
    const keys = keysOf(9)
    expect(draw.choose(keys)).toBe(keys[first % 9])
    expect(draw.choose(keys)).toBe(keys[second % 9])
  })

  it('draw one after the other from those that remain', () => {
    const words = listWords(seedOf(7), 5)
    const rest = ['a', 'b', 'c', 'd', 'e', 'f']
    const shuffled = new SeededDraw(seedOf(7)).shuffle(rest)
    const expected = Array.from({ length: 6 }, (_, index) => {
      const place = rest.length === 1 ? 0 : (words[index] ?? 0) % rest.length
      return rest.splice(place, 1)[0]
    })
    expect(shuffled).toEqual(expected)
  })

  it('lose and double nothing, and leave the list as it was', () => {
    fc.assert(
      fc.property(fc.array(fc.nat()), fc.nat(), (items, number) => {
        const before = [...items]
        const shuffled = new SeededDraw(seedOf(number)).shuffle(items)
        expect(items).toEqual(before)
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b))
      }),
    )
  })

  it('refuse to choose from nothing', () => {
    expect(() => new SeededDraw(seedOf(8)).choose([])).toThrow(RangeError)
  })
})

describe('a seed', () => {
  it.each([0, 31, 33, 64])('of %i bytes is refused, as our own mistake', (length) => {
    expect(() => new SeededDraw(new Uint8Array(length))).toThrow(RangeError)
  })
})
