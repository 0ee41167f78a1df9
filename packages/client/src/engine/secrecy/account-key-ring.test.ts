/** Account keys under a clock that goes as it likes: made, replaced, kept and erased when they have to be (spec 12 §2). */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { NOW_MS } from '../../../test/history-fixtures.ts'
import { HOUR_MS } from '../../../test/secret-people.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { History } from '../../storage/history.ts'
import { AccountKeyRing } from './account-key-ring.ts'

const DAY_MS = 24 * HOUR_MS

function createRing() {
  const database = openSqlite()
  const clock = { nowMs: NOW_MS }
  const open = (name: string): AccountKeyRing =>
    new AccountKeyRing({
      history: new History(database),
      time: { now: () => clock.nowMs },
      randomness: createSeededRandomness(name),
    })
  return { clock, ring: open('ring'), openAgain: () => open('again') }
}

describe('the keys of a device', () => {
  it('are the same for another program on the device', () => {
    const { ring, openAgain } = createRing()
    ring.rotate()
    const again = openAgain()
    expect(again.findActive()?.seed).toEqual(ring.findActive()?.seed)
    expect(again.describe()).toBe(ring.describe())
    again.rotate()
    expect(ring.list()).toHaveLength(2)
  })

  it('have one active among them, whatever is ordered and whatever the clock does', () => {
    const { clock, ring } = createRing()
    for (const shift of [0, 0, -2 * HOUR_MS, 5 * HOUR_MS, -DAY_MS]) {
      clock.nowMs += shift
      ring.rotate()
      expect(ring.list().filter((key) => key.rotatedSeconds === undefined)).toHaveLength(1)
    }
    const created = ring.list().map(({ createdSeconds }) => createdSeconds)
    expect(created).toEqual(created.toSorted((a, b) => b - a))
  })

  it('made by a clock three days ahead count from when that is put right: nobody saw them before', () => {
    const { clock, ring } = createRing()
    ring.rotate()
    const nowSeconds = Math.floor(NOW_MS / 1000)
    clock.nowMs = NOW_MS + 3 * DAY_MS
    ring.rotate()
    const active = ring.findActive()
    clock.nowMs = NOW_MS
    ring.correctTimes()
    expect(ring.findActive()?.seed).toEqual(active?.seed)
    const times = ring.list().flatMap((key) => [key.createdSeconds, key.rotatedSeconds ?? 0])
    expect(Math.max(...times)).toBe(nowSeconds)
    clock.nowMs = NOW_MS + 49 * HOUR_MS
    ring.pruneEarly(clock.nowMs)
    expect(ring.list()).toHaveLength(1)
  })

  it('of a clock that is right, or a few seconds ahead, keep their times', () => {
    const { clock, ring } = createRing()
    for (let time = 0; time < 5; time++) ring.rotate()
    const before = ring.list()
    ring.correctTimes()
    expect(ring.list()).toEqual(before)
    clock.nowMs += DAY_MS
    ring.correctTimes()
    expect(ring.list()).toEqual(before)
  })

  it('are kept for sixteen days after they were replaced, and not a day longer', () => {
    const { clock, ring } = createRing()
    ring.rotate()
    ring.rotate()
    clock.nowMs = NOW_MS + 16 * DAY_MS
    ring.prune()
    expect(ring.list()).toHaveLength(2)
    clock.nowMs += 10_000
    ring.prune()
    expect(ring.list()).toHaveLength(1)
    expect(ring.findActive()).toBeDefined()
  })

  it('may go two days after they were replaced, once everything before was read', () => {
    const { clock, ring } = createRing()
    ring.rotate()
    ring.rotate()
    clock.nowMs = NOW_MS + 49 * HOUR_MS
    ring.pruneEarly(clock.nowMs - 1000)
    expect(ring.list()).toHaveLength(2)
    ring.pruneEarly(clock.nowMs + 2000)
    expect(ring.list()).toHaveLength(1)
  })

  it('end without a successor when it is turned off', () => {
    const { clock, ring } = createRing()
    ring.rotate()
    ring.retire()
    expect(ring.findActive()).toBeUndefined()
    expect(ring.list()).toHaveLength(1)
    clock.nowMs += 17 * DAY_MS
    ring.prune()
    expect(ring.describe()).toBe('')
  })
})
