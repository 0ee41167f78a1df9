/**
 * A clock that moves only when a test says so. It has the shape of `Clock` in
 * `@sotto/protocol/clock` without importing it, because this package is a leaf.
 *
 * @module
 */

export interface FakeClock {
  now(): number
  after(ms: number, task: () => void): () => void
  /**
   * Runs every task that falls due, in order of time, then lets promises that they settled run.
   */
  advance(ms: number): Promise<void>
  /** As `advance`, without waiting for promises. */
  step(ms: number): void
  /** How many tasks wait: a test can show that nothing was left behind. */
  readonly pending: number
}

interface Timer {
  readonly dueAt: number
  readonly task: () => void
}

/**
 * 2026-01-01T00:00:00Z: a time that looks like one, so that seconds and milliseconds cannot be
 * confused.
 */
const START_MS = 1_767_225_600_000
/** Turns of the microtask queue that `advance` yields after each task. */
const SETTLE_TURNS = 10

export function createFakeClock(startMs: number = START_MS): FakeClock {
  let nowMs = startMs
  const timers = new Set<Timer>()

  /**
   * The earliest task that is due; of equals the one that was set first, as a `Set` keeps its
   * order.
   */
  function takeDue(untilMs: number): Timer | undefined {
    let next: Timer | undefined
    for (const timer of timers) {
      if (timer.dueAt <= untilMs && (next === undefined || timer.dueAt < next.dueAt)) next = timer
    }
    if (next === undefined) return undefined
    timers.delete(next)
    nowMs = Math.max(nowMs, next.dueAt)
    return next
  }

  return {
    now: () => nowMs,
    after(ms, task) {
      const timer: Timer = { dueAt: nowMs + Math.max(0, ms), task }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    async advance(ms) {
      const untilMs = nowMs + ms
      for (let timer = takeDue(untilMs); timer !== undefined; timer = takeDue(untilMs)) {
        timer.task()
        await settle()
      }
      nowMs = untilMs
      await settle()
    },
    step(ms) {
      const untilMs = nowMs + ms
      for (let timer = takeDue(untilMs); timer !== undefined; timer = takeDue(untilMs)) timer.task()
      nowMs = untilMs
    },
    get pending() {
      return timers.size
    },
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < SETTLE_TURNS; turn++) await Promise.resolve()
}
