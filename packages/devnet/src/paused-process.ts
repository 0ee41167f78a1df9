/**
 * A process that stands still, and goes on when it is told to or when this process is gone.
 *
 * A stopped process notices nothing, not even that its parent ended, so it would stay for ever. A shell beside it waits for
 * the end of its standard input, which comes with the end of this process however it ends, and then lets it go on.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

// It stops the process itself, so that there is no moment in which nobody would let it go on.
const GUARD = 'kill -STOP "$0"; echo; read -r _; kill -CONT "$0"'

/** Disposing of it lets the process go on. */
export type PausedProcess = AsyncDisposable

/** Resolves when the process stands still. */
export async function pauseProcess(pid: number): Promise<PausedProcess> {
  const guard: ChildProcess = spawn('sh', ['-c', GUARD, String(pid)], {
    // Ctrl-C is for this process, which lets its nodes go on before it stops them.
    detached: true,
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const ended = once(guard, 'exit')
  if (guard.stdout !== null) await Promise.race([once(guard.stdout, 'data'), ended])
  return {
    async [Symbol.asyncDispose]() {
      guard.stdin?.end()
      await ended
    },
  }
}
