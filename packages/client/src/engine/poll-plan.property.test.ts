/** When a messenger asks again (ADR 0017). */
import fc from 'fast-check'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  advancePlan,
  asksAtOnce,
  BACKGROUND_PAUSE_MAX_MS,
  BACKGROUND_PAUSE_MIN_MS,
  choosePauseMs,
  findState,
  FIRST_PLAN,
  OFFLINE_PAUSE_MAX_MS,
  type PollPlan,
  type PollSignal,
  POLL_INTERVAL_MS,
} from './poll-plan.ts'

const SIGNALS = ['reached', 'missed', 'woken', 'foreground', 'background'] as const
const FRONT: PollPlan = { screen: 'foreground', misses: 0 }
const BACK: PollPlan = { screen: 'background', misses: 0 }
const LOST: PollPlan = { screen: 'foreground', misses: 3 }
const LOST_BEHIND: PollPlan = { screen: 'background', misses: 3 }
const randomness = createSeededRandomness('poll-plan')

type Row = readonly [plan: PollPlan, signal: PollSignal, next: PollPlan, isNow: boolean]

/** The table of the decision record. */
const TABLE: readonly Row[] = [
  [FRONT, 'reached', FRONT, false],
  [FRONT, 'missed', { screen: 'foreground', misses: 1 }, false],
  [FRONT, 'woken', FRONT, true],
  [FRONT, 'foreground', FRONT, false],
  [FRONT, 'background', BACK, false],
  [BACK, 'reached', BACK, false],
  [BACK, 'missed', { screen: 'background', misses: 1 }, false],
  [BACK, 'woken', BACK, true],
  [BACK, 'foreground', FRONT, true],
  [BACK, 'background', BACK, false],
  [LOST, 'reached', FRONT, false],
  [LOST, 'missed', { screen: 'foreground', misses: 4 }, false],
  [LOST, 'woken', { screen: 'foreground', misses: 1 }, true],
  [LOST, 'foreground', LOST, false],
  [LOST, 'background', LOST_BEHIND, false],
  [LOST_BEHIND, 'reached', BACK, false],
  [LOST_BEHIND, 'missed', { screen: 'background', misses: 4 }, false],
  [LOST_BEHIND, 'woken', { screen: 'background', misses: 1 }, true],
  [LOST_BEHIND, 'foreground', { screen: 'foreground', misses: 1 }, true],
  [LOST_BEHIND, 'background', LOST_BEHIND, false],
]

const arbitraryPlan = fc.record({
  screen: fc.constantFrom('foreground' as const, 'background' as const),
  misses: fc.integer({ min: 0, max: 100_000 }),
})

describe('a plan', () => {
  it.each(TABLE)('%j goes on after %s as the table says', (plan, signal, next, isNow) => {
    expect(advancePlan(plan, signal)).toEqual(next)
    expect(asksAtOnce(plan, signal)).toBe(isNow)
  })

  it('has a row of the table for every state and signal', () => {
    const rows = TABLE.map(([plan, signal]) => `${plan.screen} ${plan.misses} ${signal}`)
    expect(new Set(rows).size).toBe(4 * SIGNALS.length)
  })

  it('is offline exactly from a miss to the next answer, whatever happens between', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...SIGNALS), { maxLength: 60 }), (signals) => {
        let plan = FIRST_PLAN
        let isOffline = false
        let screen = 'foreground'
        for (const signal of signals) {
          plan = advancePlan(plan, signal)
          if (signal === 'missed') isOffline = true
          else if (signal === 'reached') isOffline = false
          else if (signal !== 'woken') screen = signal
          expect(findState(plan)).toBe(isOffline ? 'offline' : screen)
        }
      }),
    )
  })
})

describe('the pause', () => {
  it('in the foreground is always the same, as that of other clients', () => {
    for (let index = 0; index < 20; index++)
      expect(choosePauseMs(FRONT, randomness)).toBe(POLL_INTERVAL_MS)
  })

  it('in the background fills its bounds, and both ends can come', () => {
    const pauses = Array.from({ length: 3000 }, () => choosePauseMs(BACK, randomness))
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(BACKGROUND_PAUSE_MIN_MS)
    expect(Math.max(...pauses)).toBeLessThanOrEqual(BACKGROUND_PAUSE_MAX_MS)
    expect(Math.min(...pauses)).toBeLessThan(61_000)
    expect(Math.max(...pauses)).toBeGreaterThan(119_000)
  })

  it('without a network doubles from the usual one up to a bound, and is never below the usual one', () => {
    fc.assert(
      fc.property(arbitraryPlan, (plan) => {
        const pauseMs = choosePauseMs(plan, randomness)
        const usualMs = plan.screen === 'foreground' ? POLL_INTERVAL_MS : BACKGROUND_PAUSE_MIN_MS
        expect(Number.isInteger(pauseMs)).toBe(true)
        expect(pauseMs).toBeGreaterThanOrEqual(usualMs)
        expect(pauseMs).toBeLessThanOrEqual(OFFLINE_PAUSE_MAX_MS)
        if (plan.misses > 0) expect(pauseMs).toBeLessThanOrEqual(usualMs * 2 ** plan.misses)
        if (plan.misses >= 6) expect(pauseMs).toBeGreaterThanOrEqual(OFFLINE_PAUSE_MAX_MS / 2)
      }),
      { numRuns: 2000 },
    )
  })

  it('of two devices that lost the same network is not the same', () => {
    const pausesOf = (name: string): readonly number[] => {
      const own = createSeededRandomness(name)
      return [1, 2, 3, 4, 5].map((misses) => choosePauseMs({ screen: 'foreground', misses }, own))
    }
    expect(pausesOf('one')).not.toEqual(pausesOf('two'))
  })
})
