/** Where new swarms come to lie. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INVALID_SWARM_ID } from './swarm-mapping.ts'
import { findWidestGapMiddle } from './swarm-ring.ts'

const HALF = 2n ** 63n
const QUARTER = 2n ** 62n

describe('findWidestGapMiddle', () => {
  it('is 0 on an empty ring', () => {
    expect(findWidestGapMiddle([])).toBe(0n)
  })

  it('is opposite to the only id', () => {
    expect(findWidestGapMiddle([0n])).toBe(HALF - 1n)
    expect(findWidestGapMiddle([HALF])).toBe(0n)
    expect(findWidestGapMiddle([INVALID_SWARM_ID - 1n])).toBe(HALF - 2n)
  })

  it('halves the widest gap between neighbours', () => {
    expect(findWidestGapMiddle([0n, 100n, HALF + 300n, HALF + 400n])).toBe(HALF / 2n + 200n)
  })

  it('halves the gap between the last and the first id, on either side of the ring’s end', () => {
    expect(findWidestGapMiddle([QUARTER, HALF])).toBe(HALF + (HALF - 1n + QUARTER) / 2n)
    expect(findWidestGapMiddle([HALF, HALF + QUARTER])).toBe(QUARTER / 2n)
  })

  it('counts one step from the largest id to 0, so that the gap around the end is as wide as it looks', () => {
    // On a ring of 2^64 the gap around the end would be one wider than the one from 1 to 2^63, and would win.
    expect(findWidestGapMiddle([0n, 1n, HALF])).toBe(QUARTER)
  })

  it('takes the lowest of equal gaps', () => {
    expect(findWidestGapMiddle([0n, HALF / 2n, HALF, HALF + HALF / 2n - 1n])).toBe(HALF / 4n)
  })

  it('gives the first ids that networks have had so far', () => {
    const ids: bigint[] = []
    for (let count = 0; count < 4; count += 1) {
      ids.push(findWidestGapMiddle(ids))
      ids.sort((a, b) => (a < b ? -1 : 1))
    }
    expect(ids).toEqual([
      0n,
      4_611_686_018_427_387_903n,
      9_223_372_036_854_775_807n,
      13_835_058_055_282_163_711n,
    ])
  })

  it('is new, valid and at least as far from its neighbours as any other point', () => {
    const id = fc.bigInt({ min: 0n, max: INVALID_SWARM_ID - 1n })
    const distance = (a: bigint, b: bigint): bigint => {
      const steps = a > b ? a - b : b - a
      return steps < INVALID_SWARM_ID - steps ? steps : INVALID_SWARM_ID - steps
    }
    const room = (point: bigint, ids: readonly bigint[]): bigint =>
      ids.map((other) => distance(point, other)).reduce((a, b) => (a < b ? a : b))
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 30 }), id, (ids, point) => {
        const middle = findWidestGapMiddle(ids.toSorted((a, b) => (a < b ? -1 : 1)))
        expect(middle >= 0n && middle < INVALID_SWARM_ID).toBe(true)
        expect(ids).not.toContain(middle)
        expect(room(middle, ids) >= room(point, ids)).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
