/**
 * Runs named commands one after the other and prints one line for each. What a command wrote is shown
 * only when it fails, so that the output of a good run fits on a screen.
 *
 * @module
 */
import { spawn } from 'node:child_process'
import { delimiter, join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { stripVTControlCharacters } from 'node:util'
import { repositoryRoot } from './source-tree.ts'

export interface Step {
  readonly name: string
  /** The program, found in `node_modules/.bin` first, and its arguments. */
  readonly command: readonly [string, ...string[]]
  /** Below the repository; its root when absent. */
  readonly folder?: string
  readonly timeoutMs?: number
  /** What a reader needs first when the step failed; it stands above the output. */
  readonly summarise?: () => string
}

export interface StepResult {
  readonly name: string
  readonly passed: boolean
}

/** A messenger for people who value privacy does not phone home from its build either. */
const QUIET_TOOLS = { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', FORCE_COLOR: '0' }

/** The whole run starts some thousand programs from the same few sources: they are compiled once. */
const COMPILED_PROGRAMS = join(repositoryRoot, 'node_modules', '.cache', 'compiled-programs')

/** The environment that every tool of this repository runs in: our Node first, no telemetry, programs compiled once. */
export function createToolEnvironment(): NodeJS.ProcessEnv {
  const tools = join(repositoryRoot, 'node_modules', '.bin')
  const path = `${tools}${delimiter}${process.env['PATH'] ?? ''}`
  return {
    ...process.env,
    ...QUIET_TOOLS,
    NODE_COMPILE_CACHE: COMPILED_PROGRAMS,
    PATH: path,
  }
}

/** Runs the steps in order; without `keepGoing` the first failure is the last step. */
export async function runSteps(
  steps: readonly Step[],
  options: { readonly keepGoing: boolean },
): Promise<readonly StepResult[]> {
  const results: StepResult[] = []
  for (const step of steps) {
    const result = await runStep(step)
    results.push(result)
    if (!result.passed && !options.keepGoing) break
  }
  return results
}

export async function runStep(step: Step): Promise<StepResult> {
  const startedAt = performance.now()
  const { output, passed } = await runCommand(step)
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
  console.log(`${passed ? 'ok  ' : 'FAIL'}  ${step.name.padEnd(24)} ${seconds.padStart(6)} s`)
  if (!passed)
    console.log(stripVTControlCharacters(`${step.summarise?.() ?? ''}\n${output}`.trim()))
  return { name: step.name, passed }
}

function runCommand(step: Step): Promise<{ output: string; passed: boolean }> {
  const { promise, resolve } = Promise.withResolvers<{ output: string; passed: boolean }>()
  const [program, ...args] = step.command
  const child = spawn(program, args, {
    cwd: join(repositoryRoot, step.folder ?? '.'),
    env: createToolEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: step.timeoutMs,
  })
  const chunks: Buffer[] = []
  const collect = (chunk: Buffer): void => {
    chunks.push(chunk)
  }
  child.stdout.on('data', collect)
  child.stderr.on('data', collect)
  child.once('error', (error) => resolve({ output: error.message, passed: false }))
  child.once('close', (code) =>
    resolve({ output: Buffer.concat(chunks).toString('utf8'), passed: code === 0 }),
  )
  return promise
}
