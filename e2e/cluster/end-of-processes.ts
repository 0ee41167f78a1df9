/**
 * Tells when processes are gone, however they went, without asking again and again.
 *
 * Their log file is made a named pipe before they start. The reader meets its end when the last process that
 * holds it for writing has left, and only then: the kernel closes it, not the process.
 *
 * @module
 */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'

/** A pipe in the place of a log file. */
export interface LogPipe extends Disposable {
  /** Resolves with what was written, when its writers are gone. */
  readonly ended: Promise<string>
}

/** Makes the pipe and begins to read it. */
export async function pipeLog(path: string): Promise<LogPipe> {
  await mkdir(dirname(path), { recursive: true })
  await promisify(execFile)('mkfifo', [path])
  const reader = spawn('cat', [path], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(reader, 'spawn')
  return { ended: text(reader.stdout), [Symbol.dispose]: () => reader.kill() }
}
