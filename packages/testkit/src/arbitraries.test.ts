import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  arbitraryBytes,
  arbitraryBytesBetween,
  arbitraryBytesOf,
  arbitraryMutation,
} from './arbitraries.ts'

test('it keeps to the lengths that it was asked for', () => {
  const lengths = fc.tuple(arbitraryBytes(8), arbitraryBytesOf(32), arbitraryBytesBetween(3, 5))
  fc.assert(
    fc.property(lengths, ([upTo, exactly, between]) => {
      expect(upTo.length).toBeLessThanOrEqual(8)
      expect(exactly).toHaveLength(32)
      expect(between.length).toBeGreaterThanOrEqual(3)
      expect(between.length).toBeLessThanOrEqual(5)
    }),
  )
})

test('it mutates a copy and never the original', () => {
  const original = Uint8Array.of(1, 2, 3, 4)
  let changed = 0
  fc.assert(
    fc.property(arbitraryMutation(original), (mutated) => {
      expect(mutated).toHaveLength(4)
      if (mutated.some((byte, index) => byte !== original[index])) changed++
    }),
  )
  expect(original).toEqual(Uint8Array.of(1, 2, 3, 4))
  expect(changed).toBeGreaterThan(50)
})
