/** How many messages one retrieve returns (spec 03 §3.4). */
import { describe, expect, it } from 'vitest'
import {
  computeRetrieveBudget,
  countWithinBudget,
  messageCostBytes,
  retrieveBudgetBytes,
} from './index.ts'

const small = { hashLength: 43, dataLength: 3 }
const SMALL_COST = 147

function many(count: number): (typeof small)[] {
  return Array.from({ length: count }, () => small)
}

describe('messageCostBytes', () => {
  it('is about what the message takes in the reply', () => {
    expect(messageCostBytes(43, 0)).toBe(143)
    expect(messageCostBytes(43, 3)).toBe(SMALL_COST)
    expect(messageCostBytes(43, 1)).toBe(145)
    expect(messageCostBytes(43, 76_800)).toBe(102_543)
  })
})

describe('retrieveBudgetBytes', () => {
  it('divides the whole budget by a negative size', () => {
    expect(retrieveBudgetBytes(-1)).toBe(7_800_000)
    expect(retrieveBudgetBytes(-2)).toBe(3_900_000)
    expect(retrieveBudgetBytes(-7)).toBe(1_114_285)
    expect(retrieveBudgetBytes(Number.MIN_SAFE_INTEGER)).toBe(0)
  })

  it('takes a positive size as it is, up to the whole budget', () => {
    expect(retrieveBudgetBytes(1)).toBe(1)
    expect(retrieveBudgetBytes(7_800_001)).toBe(7_800_000)
    expect(retrieveBudgetBytes(0)).toBe(7_800_000)
  })
})

describe('computeRetrieveBudget', () => {
  it('is a fifth of the whole when the client sets no limit', () => {
    const fifth = { bytes: 1_560_000, count: Number.POSITIVE_INFINITY }
    expect(computeRetrieveBudget({})).toEqual(fifth)
    expect(computeRetrieveBudget({ maxSize: 0, maxCount: 0 })).toEqual(fifth)
  })

  it('is bounded by count alone, by size alone, or by both', () => {
    expect(computeRetrieveBudget({ maxCount: 5 })).toEqual({ bytes: 7_800_000, count: 5 })
    expect(computeRetrieveBudget({ maxSize: -8 })).toEqual({
      bytes: 975_000,
      count: Number.POSITIVE_INFINITY,
    })
    expect(computeRetrieveBudget({ maxSize: 500, maxCount: 5 })).toEqual({ bytes: 500, count: 5 })
  })
})

describe('countWithinBudget', () => {
  it('stops before the message that does not fit', () => {
    const budget = { bytes: 3 * SMALL_COST, count: 100 }
    expect(countWithinBudget(many(3), budget)).toBe(3)
    expect(countWithinBudget(many(4), budget)).toBe(3)
    expect(countWithinBudget(many(4), { ...budget, bytes: 3 * SMALL_COST - 1 })).toBe(2)
  })

  it('returns one message however large it is, so that no client is stuck behind it', () => {
    expect(countWithinBudget(many(2), { bytes: 0, count: 100 })).toBe(1)
    expect(
      countWithinBudget([{ hashLength: 43, dataLength: 76_800 }], { bytes: 1, count: 1 }),
    ).toBe(1)
  })

  it('stops at the count', () => {
    expect(countWithinBudget(many(9), { bytes: 1e6, count: 2 })).toBe(2)
  })

  it('is nothing where nothing is', () => {
    expect(countWithinBudget([], { bytes: 1e6, count: 2 })).toBe(0)
  })

  it('asks for no more messages than it needs, because each is a row read', () => {
    let read = 0
    function* rows(): Generator<typeof small> {
      for (;;) {
        read += 1
        yield small
      }
    }
    expect(countWithinBudget(rows(), { bytes: 2 * SMALL_COST, count: 100 })).toBe(2)
    expect(read).toBe(3)
  })
})
