import { createFakeClock } from '@sotto/testkit/fake-clock'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ControllableClock } from './controllable-clock.ts'
import { REAL_TIME, type Timeline, turnTimeline } from './timeline.ts'

function createClocks() {
  const base = createFakeClock()
  const clock = new ControllableClock(base)
  let timeline: Timeline = REAL_TIME
  return {
    base,
    clock,
    turn(change: { rate?: number; stepMs?: number }) {
      timeline = turnTimeline(timeline, base.now(), change)
      clock.set({ timeline, skewMs: 0 })
    },
    setReal: () => clock.set({ timeline: REAL_TIME, skewMs: 0 }),
    /** Records when it runs, by this clock. */
    record(delays: readonly number[]) {
      const ran: number[] = []
      const startMs = clock.now()
      for (const delay of delays) clock.after(delay, () => void ran.push(clock.now() - startMs))
      return ran
    },
  }
}

describe('what a controllable clock says', () => {
  it('is the time of the clock below until it is set', () => {
    const { base, clock } = createClocks()
    expect(clock.now()).toBe(base.now())
    base.step(1234)
    expect(clock.now()).toBe(base.now())
  })

  it('stands still while it is frozen, and goes on from there', () => {
    const { base, clock, turn } = createClocks()
    const frozenMs = clock.now()
    turn({ rate: 0 })
    base.step(60_000)
    expect(clock.now()).toBe(frozenMs)
    turn({ rate: 1 })
    base.step(10)
    expect(clock.now()).toBe(frozenMs + 10)
  })

  it('is moved by a step, also while it is frozen', () => {
    const { base, clock, turn } = createClocks()
    const startMs = clock.now()
    turn({ stepMs: 5000 })
    expect(clock.now()).toBe(startMs + 5000)
    turn({ rate: 0 })
    turn({ stepMs: -2000 })
    base.step(999)
    expect(clock.now()).toBe(startMs + 3000)
  })

  it('goes on from where it is when its rate changes', () => {
    const { base, clock, turn } = createClocks()
    const startMs = clock.now()
    turn({ rate: 10 })
    base.step(100)
    turn({ rate: 0.5 })
    base.step(100)
    expect(clock.now()).toBe(startMs + 1000 + 50)
  })

  it('is always a whole number of milliseconds', () => {
    const { base, clock, turn } = createClocks()
    turn({ rate: 0.3 })
    base.step(7)
    expect(Number.isInteger(clock.now())).toBe(true)
  })

  it('is wrong by the skew, which moves no timer', () => {
    const { base, clock, record } = createClocks()
    const ran = record([100])
    clock.set({ timeline: REAL_TIME, skewMs: 90_000 })
    expect(clock.now()).toBe(base.now() + 90_000)
    base.step(99)
    expect(ran).toEqual([])
    base.step(1)
    expect(ran).toHaveLength(1)
  })
})

describe('timers of a controllable clock', () => {
  it('run at their time and once', () => {
    const { base, record } = createClocks()
    const ran = record([30, 10, 20])
    base.step(1000)
    expect(ran).toEqual([10, 20, 30])
    expect(base.pending).toBe(0)
  })

  it('wait while it is frozen, and then as long as was left', () => {
    const { base, turn, record } = createClocks()
    const ran = record([100])
    base.step(60)
    turn({ rate: 0 })
    base.step(86_400_000)
    expect(ran).toEqual([])
    turn({ rate: 1 })
    base.step(39)
    expect(ran).toEqual([])
    base.step(1)
    expect(ran).toEqual([100])
  })

  it('run in their order when a step passes them, and no others', () => {
    const { base, clock, turn } = createClocks()
    const ran: number[] = []
    for (const delay of [3000, 1000, 5000, 2000]) clock.after(delay, () => void ran.push(delay))
    turn({ stepMs: 4000 })
    base.step(0)
    expect(ran).toEqual([1000, 2000, 3000])
    base.step(1000)
    expect(ran).toEqual([1000, 2000, 3000, 5000])
  })

  it('run when a step passes them although the clock is frozen', () => {
    const { base, turn, record } = createClocks()
    turn({ rate: 0 })
    const ran = record([500])
    turn({ stepMs: 500 })
    base.step(0)
    expect(ran).toEqual([500])
  })

  it('do not wait longer than they were to when it is set back', () => {
    const { base, turn, record } = createClocks()
    const ran = record([100])
    base.step(40)
    turn({ stepMs: -3_600_000 })
    base.step(59)
    expect(ran).toEqual([])
    base.step(1)
    expect(ran).toHaveLength(1)
  })

  it('do not wait for the past when it is put back to the real time', () => {
    const { base, turn, setReal, record } = createClocks()
    turn({ stepMs: 3_600_000 })
    const ran = record([100])
    setReal()
    base.step(100)
    expect(ran).toHaveLength(1)
  })

  it.each([
    [4, 25],
    [0.5, 200],
  ])('follow the rate %d, those that were set before it too', (rate, baseMs) => {
    const { base, turn, record } = createClocks()
    const ran = record([100])
    turn({ rate })
    base.step(baseMs - 1)
    expect(ran).toEqual([])
    base.step(1)
    expect(ran).toEqual([100])
  })

  it('can be longer than the platform’s longest', () => {
    const { base, turn, record } = createClocks()
    turn({ rate: 0.5 })
    const delayMs = 60 * 86_400_000
    const ran = record([delayMs])
    base.step(2 * delayMs - 1)
    expect(ran).toEqual([])
    base.step(1)
    expect(ran).toEqual([delayMs])
  })

  it('do not run after they were cancelled, whatever the clock does', () => {
    const { base, clock, turn } = createClocks()
    let ran = 0
    const cancels = [1, 2, 3].map((delay) => clock.after(delay * 100, () => void (ran += 1)))
    for (const cancel of cancels) cancel()
    turn({ stepMs: 86_400_000 })
    turn({ rate: 100 })
    base.step(1000)
    expect(ran).toBe(0)
    expect(base.pending).toBe(0)
  })

  it('may set others, which wait their own time', () => {
    const { base, clock, turn } = createClocks()
    const startMs = clock.now()
    const ran: number[] = []
    clock.after(10, () => {
      clock.after(10, () => void ran.push(clock.now() - startMs))
    })
    turn({ rate: 2 })
    base.step(10)
    expect(ran).toEqual([20])
  })
})

type Turn = { readonly rate?: number; readonly stepMs?: number; readonly waitMs: number }

const turns = fc.array(
  fc.record({
    rate: fc.constantFrom(0, 0.25, 0.5, 1, 2, 8),
    stepMs: fc.integer({ min: -5000, max: 5000 }),
    waitMs: fc.integer({ min: 0, max: 3000 }),
  }),
  { maxLength: 12 },
)

describe('any sequence of orders to a clock', () => {
  it('runs each timer once its time has passed on the clock, never before, and none twice', () => {
    fc.assert(
      fc.property(turns, fc.integer({ min: 1, max: 8000 }), (orders: readonly Turn[], delayMs) => {
        const { base, clock, turn } = createClocks()
        let ran = 0
        clock.after(delayMs, () => void (ran += 1))
        // What the clock went forward since the timer was set, setting back not counted.
        let passedMs = 0
        for (const { rate, stepMs = 0, waitMs } of orders) {
          const beforeMs = clock.now()
          turn({ ...(rate === undefined ? {} : { rate }), stepMs })
          base.step(0)
          base.step(waitMs)
          passedMs += clock.now() - beforeMs - Math.min(0, stepMs)
          if (passedMs < delayMs - 2) expect(ran).toBe(0)
          if (passedMs > delayMs + 2 * orders.length + 8) expect(ran).toBe(1)
        }
        turn({ rate: 1 })
        base.step(delayMs + 10)
        expect(ran).toBe(1)
        expect(base.pending).toBe(0)
      }),
      { numRuns: 2000 },
    )
  })
})
