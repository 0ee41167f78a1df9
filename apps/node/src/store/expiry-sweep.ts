/**
 * Removes expired messages, at the latest one interval after they end (spec 03 §3.6).
 *
 * It works in slices on the main thread: a worker with its own connection costs more resident memory
 * than the node can spare (ADR 0004). Between slices the event loop serves requests.
 *
 * @module
 */
import type { Cancel, Clock } from '@sotto/protocol/clock'
import type { MessageStore } from './message-store.ts'

/** Blocks for about two milliseconds, with rows scattered over the file and secure deletion (ADR 0004). */
const SLICE_ROWS = 16

export interface ExpirySweepOptions {
  readonly store: Pick<MessageStore, 'sweep'>
  readonly clock: Clock
  readonly intervalMs: number
}

/** Starts at once, so that a node that was down for days begins without what ended meanwhile. */
export function startExpirySweep({ store, clock, intervalMs }: ExpirySweepOptions): Disposable {
  let cancel: Cancel | undefined
  let stopped = false
  const sweep = async (): Promise<void> => {
    const removed = await store.sweep(clock.now(), SLICE_ROWS)
    if (stopped) return
    const isMore = removed.ok && removed.value === SLICE_ROWS
    cancel = clock.after(isMore ? 0 : intervalMs, () => void sweep())
  }
  void sweep()
  return {
    [Symbol.dispose]() {
      stopped = true
      cancel?.()
    },
  }
}
