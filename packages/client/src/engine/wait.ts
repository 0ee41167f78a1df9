/**
 * A pause on the injected clock.
 *
 * @module
 */
import type { Clock } from '@sotto/protocol/clock'

export function wait(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve)
  })
}
