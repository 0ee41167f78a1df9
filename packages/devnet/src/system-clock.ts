/**
 * The machine's clock. The time of a network that steps it is counted from here (`chaos/timeline.ts`).
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
