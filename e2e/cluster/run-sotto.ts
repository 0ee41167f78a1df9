/**
 * Runs the real `sotto` program, as a person's shell would, and collects what it says.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

/** The program itself, for who wants to hold it in the hand. */
export const SOTTO_PROGRAM = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url))

export interface SottoRun {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a command line with these extra environment variables, until the signal; never rejects for an exit code. */
export async function runSotto(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  signal?: AbortSignal,
): Promise<SottoRun> {
  const child = spawn(process.execPath, [SOTTO_PROGRAM, ...args], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const end = (): boolean => child.kill()
  signal?.addEventListener('abort', end, { once: true })
  const closed = once(child, 'close')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  await closed
  return { code: child.exitCode, stdout, stderr }
}

/** Runs a command with `--json` and returns the document; a failed command is an error with its own words. */
export async function runSottoJson(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const run = await runSotto([...args, '--json'], environment)
  if (run.code === 0) return JSON.parse(run.stdout)
  throw new Error(`sotto ${args[0]} ended with ${run.code}: ${run.stderr}${run.stdout}`)
}
