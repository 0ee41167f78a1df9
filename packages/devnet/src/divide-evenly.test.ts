/** The first division of nodes into swarms. */
import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { divideEvenly } from './divide-evenly.ts'

function countMembers(swarms: readonly bigint[]): readonly number[] {
  return [...Map.groupBy(swarms, (id) => id).values()].map((members) => members.length)
}

describe('divideEvenly', () => {
  it.each([
    [1, [1]],
    [4, [4]],
    [9, [9]],
    [10, [5, 5]],
    [12, [6, 6]],
    [24, [6, 6, 6, 6]],
    [26, [7, 7, 6, 6]],
  ])('divides %i nodes into swarms of %j', (count, sizes) => {
    expect(countMembers(divideEvenly(count))).toEqual(sizes)
  })

  it('begins at 0 and halves the widest gap', () => {
    expect([...new Set(divideEvenly(24))]).toEqual([
      0n,
      4_611_686_018_427_387_903n,
      9_223_372_036_854_775_807n,
      13_835_058_055_282_163_711n,
    ])
  })

  it('gives every node a swarm, whatever their number', () => {
    fc.assert(
      fc.property(fc.nat({ max: 400 }), (count) => {
        const swarms = divideEvenly(count)
        expect(swarms.length).toBe(count)
        expect(swarms.includes(INVALID_SWARM_ID)).toBe(false)
        if (count >= 5) expect(Math.min(...countMembers(swarms))).toBeGreaterThanOrEqual(5)
      }),
    )
  })

  it('gives the same division every time', () => {
    expect(divideEvenly(26)).toEqual(divideEvenly(26))
  })
})
