/**
 * Says how the clock of a local network goes, where it does not go as the machine's does.
 *
 * @module
 */

import type { Introspection } from '@sotto/devnet/introspection'

/** Undefined for the machine's own time. */
export function describeTime({
  baseMs,
  timeMs,
  rate,
}: Introspection['timeline']): string | undefined {
  if (rate === 0) return `stands still at ${new Date(timeMs).toISOString()}`
  if (rate !== 1) return `runs ${rate} times as fast as this machine's`
  const aheadMs = timeMs - baseMs
  if (aheadMs === 0) return undefined
  return `is ${Math.abs(aheadMs)} ms ${aheadMs > 0 ? 'ahead of' : 'behind'} this machine's`
}
