/**
 * Waits on the machine's clock.
 *
 * @module
 */
import { systemClock } from '@sotto/client-node/clock'

export function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  systemClock.after(ms, resolve)
  return promise
}
