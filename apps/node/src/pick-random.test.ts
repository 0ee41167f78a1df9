import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawBelow, pickRandom } from './pick-random.ts'

const ITEMS = ['a', 'b', 'c', 'd', 'e'] as const

/** Gives these words one after another. */
function createScripted(words: readonly number[]): { bytes(length: number): Uint8Array } {
  const left = [...words]
  return {
    bytes(length) {
      const bytes = new Uint8Array(length)
      const word = left.shift()
      if (word === undefined) throw new Error('more was drawn than the test expects')
      new DataView(bytes.buffer).setUint32(0, word)
      return bytes
    },
  }
}

describe('drawBelow', () => {
  it('draws again where a remainder would prefer the low numbers', () => {
    // 2^32 is 1 more than a multiple of 3, so the last value of all is one too many.
    expect(drawBelow(3, createScripted([0xffff_ffff, 5]))).toBe(2)
    expect(drawBelow(3, createScripted([0xffff_fffe]))).toBe(2)
  })

  it('takes every value where the limit divides the range', () => {
    expect(drawBelow(256, createScripted([0xffff_ffff]))).toBe(255)
    expect(drawBelow(1, createScripted([0xffff_ffff]))).toBe(0)
  })

  it('gives each number about as often', () => {
    const randomness = createSeededRandomness('draws')
    const counts = [0, 0, 0, 0, 0, 0, 0]
    for (let draw = 0; draw < 7000; draw += 1) {
      const value = drawBelow(7, randomness)
      counts[value] = (counts[value] ?? 0) + 1
    }
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})

describe('pickRandom', () => {
  it('gives different items of the list, so many or all of them, and leaves the list alone', () => {
    const randomness = createSeededRandomness('picks')
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(), { maxLength: 30 }),
        fc.nat({ max: 40 }),
        (items, count) => {
          const before = [...items]
          const picked = pickRandom(items, count, randomness)
          expect(picked).toHaveLength(Math.min(count, items.length))
          expect(new Set(picked).size).toBe(picked.length)
          expect(picked.every((item) => items.includes(item))).toBe(true)
          expect(items).toEqual(before)
        },
      ),
    )
  })

  it('gives each item each place about as often', () => {
    const randomness = createSeededRandomness('places')
    const counts = new Map<string, number>()
    for (let draw = 0; draw < 5000; draw += 1) {
      for (const [place, item] of pickRandom(ITEMS, 2, randomness).entries()) {
        const name = `${place} ${item}`
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
    }
    expect(counts.size).toBe(10)
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150)
  })
})
