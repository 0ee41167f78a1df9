/**
 * The machine's clock, behind the port that everything else takes (spec 00 §6).
 *
 * @module
 */

import type { Clock } from '@sotto/protocol/clock'

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, task) => {
    const timer = setTimeout(task, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Milliseconds that no correction of the clock moves back, for measuring how long something took. */
export function monotonicNow(): number {
  return performance.now()
}
