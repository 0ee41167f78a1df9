/**
 * The machine's clock behind the clock port.
 *
 * @module
 */
import type { Clock } from '@sotto/protocol/clock'

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, task) {
    const timer = setTimeout(task, delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
}
