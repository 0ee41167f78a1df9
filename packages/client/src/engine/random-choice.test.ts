/** Which nodes carry a request must not be predictable, nor one likelier than another. */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pickIndex, shuffle } from './random-choice.ts'

const RUNS = 6000

describe('picking', () => {
  it('picks every index about equally often', () => {
    const randomness = createSeededRandomness('pick')
    const counts = [0, 0, 0]
    for (let run = 0; run < RUNS; run++) {
      const index = pickIndex(3, randomness)
      counts[index] = (counts[index] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - RUNS / 3)).toBeLessThan(RUNS / 20)
  })

  it('draws again for a word that would favour the first indices', () => {
    const words = [0xff, 0xff, 0xff, 0xff, 0, 0, 0, 2]
    const randomness = { bytes: (length: number) => Uint8Array.from(words.splice(0, length)) }
    expect(pickIndex(3, randomness)).toBe(2)
    expect(words).toEqual([])
  })

  it.each([0, -1, 1.5, Number.NaN])('throws for %d things to choose from', (bound) => {
    expect(() => pickIndex(bound, createSeededRandomness('none'))).toThrow(RangeError)
  })
})

describe('shuffling', () => {
  it('keeps every item exactly once, and leaves the list alone', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
        const before = [...items]
        const shuffled = shuffle(items, createSeededRandomness(seed))
        expect(shuffled.toSorted(compare)).toEqual(before.toSorted(compare))
        expect(items).toEqual(before)
      }),
    )
  })

  it('brings each item to each place about equally often', () => {
    const randomness = createSeededRandomness('shuffle')
    const items = ['a', 'b', 'c'] as const
    const counts = new Map<string, number>()
    for (let run = 0; run < RUNS; run++) {
      for (const [place, item] of shuffle(items, randomness).entries()) {
        const key = `${item}${place}`
        counts.set(key, (counts.get(key) ?? 0) + 1)
      }
    }
    expect(counts.size).toBe(9)
    for (const count of counts.values()) {
      expect(Math.abs(count - RUNS / 3)).toBeLessThan(RUNS / 20)
    }
  })
})

function compare(a: number, b: number): number {
  return a - b
}
