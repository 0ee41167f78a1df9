import { describe, expect, it } from 'vitest'
import { describeReachability, recordResult } from './reachability.ts'

const EPOCH_MS = 120_000
const START_MS = 1_767_225_600_000

function test(before: Parameters<typeof recordResult>[0], isReachable: boolean, nowMs: number) {
  return recordResult(before, { isReachable, nowMs, epochMs: EPOCH_MS })
}

describe('a record of reachability', () => {
  it('says nothing before the first test', () => {
    expect(describeReachability({}, START_MS, EPOCH_MS)).toBe('unknown')
  })

  it('keeps the beginning of a row of failures', () => {
    let record = test({}, true, START_MS)
    for (let minute = 1; minute <= 5; minute += 1) {
      record = test(record, false, START_MS + minute * 60_000)
    }
    expect(record).toEqual({
      lastReachable: START_MS,
      firstUnreachable: START_MS + 60_000,
      lastUnreachable: START_MS + 300_000,
    })
    expect(describeReachability(record, START_MS + 300_000, EPOCH_MS)).toBe('failing')
  })

  it('forgets failures after a success', () => {
    const failed = test({}, false, START_MS)
    expect(test(failed, true, START_MS + 1)).toEqual({ lastReachable: START_MS + 1 })
  })

  it('does not accuse from memory: a failure of long ago counts as a pass', () => {
    const record = test(test({}, true, START_MS), false, START_MS + 1)
    const staleMs = START_MS + 1 + 2.5 * EPOCH_MS
    expect(describeReachability(record, staleMs - 1, EPOCH_MS)).toBe('failing')
    expect(describeReachability(record, staleMs, EPOCH_MS)).toBe('reachable')
  })

  it('begins a new row when the observer has slept, not a night of failures', () => {
    const before = test(test({}, true, START_MS), false, START_MS + 1)
    const morningMs = START_MS + 36_000_000
    expect(test(before, false, morningMs).firstUnreachable).toBe(morningMs)
  })
})
