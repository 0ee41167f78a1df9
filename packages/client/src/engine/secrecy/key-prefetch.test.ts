/** When keys are fetched ahead, measured over many draws (spec 12 §4.6). */
import type { AccountId } from '@sotto/crypto/identity'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { createAccount } from '../../../test/simulated-person.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { History } from '../../storage/history.ts'
import { chooseGapMs, KeyPrefetch } from './key-prefetch.ts'

const HOUR_MS = 3_600_000
const NOW = 1_700_000_000_000
const BOB = createAccount('bob').accountId
const PEOPLE: readonly AccountId[] = ['a', 'b', 'c', 'd'].map(
  (name) => createAccount(name).accountId,
)

function create(history = new History(openSqlite()), name = 'prefetch') {
  return new KeyPrefetch({ history, randomness: createSeededRandomness(name) })
}

function answer(history: History, account: AccountId, atMs: number): void {
  history.peerKeys.put(account, { empty: { firstAtMs: atMs, lastAtMs: atMs, nodes: ['a'] } })
}

/** The pauses between answers about Bob, each of which comes when it is asked for. */
function drawGaps(count: number): readonly number[] {
  const history = new History(openSqlite())
  const prefetch = create(history)
  let atMs = NOW
  return Array.from({ length: count }, () => {
    answer(history, BOB, atMs)
    const gapMs = prefetch.findDueMs(BOB) - atMs
    atMs += Math.ceil(gapMs)
    return gapMs / HOUR_MS
  })
}

describe('the time of the next fetch', () => {
  const gaps = drawGaps(4000)

  it('is before the day is over, always', () => {
    expect(Math.max(...gaps)).toBeLessThan(23.5)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0)
    for (const draw of [0, 0.5, 1 - 2 ** -53])
      for (const late of [0, 1 - 2 ** -53]) {
        expect(chooseGapMs(draw, late)).toBeGreaterThanOrEqual(0)
        expect(chooseGapMs(draw, late)).toBeLessThan(24 * HOUR_MS)
      }
  })

  it('follows an exponential of 18 hours up to 20, and is even after that', () => {
    const shareBelow = (hours: number): number =>
      gaps.filter((gap) => gap < hours).length / gaps.length
    for (const hours of [1, 3, 6, 12, 18, 20])
      expect(shareBelow(hours)).toBeCloseTo(1 - Math.exp(-hours / 18), 1)
    const late = gaps.filter((gap) => gap >= 20)
    const lateShare = late.filter((gap) => gap < 21.75).length / late.length
    expect(lateShare).toBeGreaterThan(0.45)
    expect(lateShare).toBeLessThan(0.55)
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    expect(mean).toBeGreaterThan(12.2)
    expect(mean).toBeLessThan(13.1)
  })

  it('says nothing about the one after it', () => {
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length
    const products = gaps.slice(1).map((gap, index) => (gap - mean) * ((gaps[index] ?? 0) - mean))
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length
    const correlation = products.reduce((sum, each) => sum + each, 0) / products.length / variance
    expect(Math.abs(correlation)).toBeLessThan(0.06)
  })

  it('is another one on another device, and the same after a restart', () => {
    const [one, other] = [new History(openSqlite()), new History(openSqlite())]
    answer(one, BOB, NOW)
    answer(other, BOB, NOW)
    const dueMs = create(one).findDueMs(BOB)
    expect(create(other, 'another').findDueMs(BOB)).not.toBe(dueMs)
    expect(create(one, 'another').findDueMs(BOB)).toBe(dueMs)
  })
})

describe('choosing', () => {
  it('asks about one at a time, with pauses of no fixed length, though all are due', () => {
    const prefetch = create()
    const times: number[] = []
    const chosen = new Set<AccountId>()
    for (let second = 0; second < 900 && chosen.size < 4; second++) {
      const one = prefetch.choose({ active: PEOPLE, known: [] }, NOW + second * 1000)
      if (one === undefined) continue
      chosen.add(one)
      times.push(second)
    }
    expect(chosen).toEqual(new Set(PEOPLE))
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(new Set(pauses).size).toBeGreaterThan(1)
  })

  it('leaves alone whose answer is fresh, however often it is asked', () => {
    const history = new History(openSqlite())
    answer(history, BOB, NOW)
    const prefetch = create(history)
    const dueMs = prefetch.findDueMs(BOB)
    for (let nowMs = NOW; nowMs < dueMs; nowMs += 60_000)
      expect(prefetch.choose({ active: [BOB], known: [] }, nowMs)).toBeUndefined()
    expect(prefetch.choose({ active: [BOB], known: [] }, Math.ceil(dueMs))).toBe(BOB)
  })

  it('asks nobody who does not answer more than every ten minutes', () => {
    const prefetch = create()
    let asked = 0
    for (let second = 0; second < 3600; second += 5)
      if (prefetch.choose({ active: [BOB], known: [] }, NOW + second * 1000)) asked += 1
    expect(asked).toBe(6)
  })

  it('adds decoys from the history, about two a day and never many', () => {
    const prefetch = create()
    const asked: AccountId[] = []
    for (let minute = 0; minute < 30 * 24 * 60; minute += 5) {
      const one = prefetch.choose({ active: [], known: PEOPLE }, NOW + minute * 60_000)
      if (one !== undefined) asked.push(one)
    }
    expect(asked.length).toBeGreaterThan(35)
    expect(asked.length).toBeLessThan(90)
    expect(new Set(asked)).toEqual(new Set(PEOPLE))
    expect(create().choose({ active: [], known: [] }, NOW)).toBeUndefined()
  })

  it('goes on with decoys and pauses after a clock went back', () => {
    const history = new History(openSqlite())
    const prefetch = create(history)
    const asksWithin = (startMs: number): number => {
      let asked = 0
      for (let minute = 0; minute < 5 * 24 * 60; minute += 5)
        if (prefetch.choose({ active: [], known: PEOPLE }, startMs + minute * 60_000)) asked += 1
      return asked
    }
    expect(asksWithin(NOW)).toBeGreaterThan(0)
    expect(asksWithin(NOW - 400 * 24 * HOUR_MS)).toBeGreaterThan(0)
  })
})
