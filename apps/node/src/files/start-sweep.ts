/**
 * Removes files whose time is over, again and again.
 *
 * @module
 */
import type { Clock } from '@sotto/protocol/clock'
import type { FileService } from './file-service.ts'

export interface SweepOptions {
  readonly service: Pick<FileService, 'sweep'>
  readonly clock: Clock
  readonly onMistake: (error: unknown) => void
}

/** Nobody gets a file after its end; this is about the disk. */
const INTERVAL_MS = 60_000

/** Disposing of it waits for a sweep that is under way. */
export function startSweep({ service, clock, onMistake }: SweepOptions): AsyncDisposable {
  let isStopped = false
  let running: Promise<void> = Promise.resolve()
  let cancel = clock.after(INTERVAL_MS, begin)

  function begin(): void {
    running = service.sweep().catch(onMistake).then(schedule)
  }

  function schedule(): void {
    if (!isStopped) cancel = clock.after(INTERVAL_MS, begin)
  }

  return {
    async [Symbol.asyncDispose]() {
      isStopped = true
      cancel()
      await running
    },
  }
}
