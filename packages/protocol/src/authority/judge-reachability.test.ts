/** When a node counts as unreachable, at each edge of the rule. Epochs of one second; times are in epochs before now. */
import { describe, expect, it } from 'vitest'
import { type ReachabilityRecord, isUnreachable } from './judge-reachability.ts'

const EPOCH_MS = 1000
const NOW = 1_000_000

/** Epochs ago. */
interface Seen {
  readonly reachable?: number
  readonly first?: number
  readonly last?: number
}

function at(epochsAgo: number): number {
  return NOW - epochsAgo * EPOCH_MS
}

function record({ reachable, first, last }: Seen): ReachabilityRecord {
  return {
    ...(reachable === undefined ? {} : { lastReachable: at(reachable) }),
    ...(first === undefined ? {} : { firstUnreachable: at(first) }),
    ...(last === undefined ? {} : { lastUnreachable: at(last) }),
  }
}

function judge(...seen: readonly Seen[]): boolean {
  return isUnreachable({ now: NOW, epochMs: EPOCH_MS, records: seen.map(record) })
}

const DOWN: Seen = { reachable: 50, first: 40, last: 1 }
const UP: Seen = { reachable: 1 }
/** Has not looked since before the outage, so it says nothing about it. */
const UNAWARE: Seen = { reachable: 60 }
const NEVER: Seen = {}

describe('isUnreachable', () => {
  it.each<[string, readonly Seen[], boolean]>([
    ['nobody looks', [], false],
    ['nobody has looked yet', [NEVER, NEVER], false],
    ['the only observer sees it down', [DOWN], true],
    ['the only observer sees it up', [UP], false],
    ['one of two sees it down', [DOWN, NEVER], false],
    ['both of two see it down', [DOWN, DOWN], true],
    ['two of three see it down', [DOWN, DOWN, UNAWARE], true],
    ['two of four see it down', [DOWN, DOWN, UNAWARE, UNAWARE], false],
    ['three of four see it down', [DOWN, DOWN, DOWN, UNAWARE], true],
    [
      'three of many see it down, the others have not looked',
      [DOWN, DOWN, DOWN, ...Array.from({ length: 20 }, () => UNAWARE)],
      true,
    ],
    ['three see it down, two up', [DOWN, DOWN, DOWN, UP, UP], true],
    ['three see it down, three up', [DOWN, DOWN, DOWN, UP, UP, UP], false],
    [
      'three lie about a node that all others reach',
      [DOWN, DOWN, DOWN, ...Array.from({ length: 20 }, () => UP)],
      false,
    ],
  ])('when %s', (_, seen, expected) => {
    expect(judge(...seen)).toBe(expected)
  })

  it.each([
    [32.4, false],
    [32.5, true],
    [33, true],
  ])('asks for an outage of 32.5 epochs: %d is %s', (first, expected) => {
    const seen = { reachable: 50, first, last: 1 }
    expect(judge(seen, seen, seen)).toBe(expected)
  })

  it.each([
    [0, true],
    [2.4, true],
    [2.5, false],
    [30, false],
    [-2.4, true],
    [-2.5, false],
  ])('forgets a failure after 2.5 epochs: %d ago is %s', (last, expected) => {
    const seen = { reachable: 50, first: 40, last }
    expect(judge(seen, seen, seen)).toBe(expected)
  })

  it('takes a pass after the failures, or at the same time, for the end of them', () => {
    for (const reachable of [0.5, 1]) {
      const seen = { reachable, first: 40, last: 1 }
      expect(judge(seen, seen, seen)).toBe(false)
    }
    const seen = { reachable: 1.1, first: 40, last: 1 }
    expect(judge(seen, seen, seen, seen)).toBe(false)
  })

  it('counts an observer who never reached it', () => {
    const seen = { first: 40, last: 1 }
    expect(judge(seen, seen, seen)).toBe(true)
  })

  it('needs both times of a failure', () => {
    expect(judge({ first: 40 }, { first: 40 }, { first: 40 })).toBe(false)
    expect(judge({ last: 1 }, { last: 1 }, { last: 1 })).toBe(false)
  })

  it.each<[readonly number[], boolean]>([
    [[1000, 40, 1], true],
    [[1000, 1000, 1], true],
    [[1000, 10, 1], false],
    [[40, 40, 10, 10], false],
    [[40, 40, 40, 10], true],
  ])('goes by the median of when it began: %j ago is %s', (begins, expected) => {
    expect(judge(...begins.map((first) => ({ first, last: 0.5 })))).toBe(expected)
  })
})
