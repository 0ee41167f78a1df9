/**
 * Runs the real program in a process of its own, as a shell would.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const PROGRAM = fileURLToPath(new URL('../src/main.ts', import.meta.url))

export interface ProgramRun {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

export async function runProgram(options: readonly string[], input?: string): Promise<ProgramRun> {
  const child = spawn(process.execPath, [PROGRAM, ...options])
  const closed = once(child, 'close')
  child.stdin.end(input ?? '')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  await closed
  return { exitCode: child.exitCode, stdout, stderr }
}
