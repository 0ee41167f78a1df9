/**
 * When the group commit runs (ADR 0004): at once while writes come one by one, and at most once in `COMMIT_WINDOW_MS`
 * while they come together.
 *
 * An fsync is the dearest part of a commit and all nodes of a machine share the disk's few thousand of
 * them a second. Waiting for the rest of the window costs a busy node a few milliseconds of latency
 * and saves most of its commits. After a commit of a single write there is nobody to wait for.
 *
 * @module
 */
import { monotonicNow } from '../system-clock.ts'
import type { Defer } from './group-commit.ts'

/** The longest that a write waits for others; a full enough batch does not wait. */
export const COMMIT_WINDOW_MS = 10

export interface Pacer {
  /** Monotonic milliseconds. */
  now(): number
  /** Runs the task when the current turn of the event loop has read its input. */
  soon(task: () => void): void
  after(delayMs: number, task: () => void): void
}

const eventLoop: Pacer = {
  now: monotonicNow,
  soon: (task) => void setImmediate(task),
  after: (delayMs, task) => void setTimeout(task, delayMs),
}

export function createCommitPace(pacer: Pacer = eventLoop): Defer {
  let last = { beganMs: Number.NEGATIVE_INFINITY, writes: 0 }
  return (task, isUrgent) => {
    const run = (): void => {
      const beganMs = pacer.now()
      const writes = task()
      if (writes > 0) last = { beganMs, writes }
    }
    const restMs = last.beganMs + COMMIT_WINDOW_MS - pacer.now()
    if (restMs > 0 && last.writes > 1 && !isUrgent) pacer.after(restMs, run)
    else pacer.soon(run)
  }
}
