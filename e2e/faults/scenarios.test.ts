/**
 * Every scenario file beside this, on child processes, through the real program.
 */

import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { runSotto } from '../cluster/run-sotto.ts'

const FOLDER = fileURLToPath(new URL('./scenarios/', import.meta.url))
const ENDING = '.scenario'
/** Beyond the limits of the files. */
const RUN_MS = 360_000
/** On a busy machine an epoch may be over too soon. A second attempt has a network of its own, and `pnpm test` names it. */
const ATTEMPTS = { timeout: RUN_MS, retry: 1 }

const reportSchema = z.object({
  passed: z.boolean(),
  steps: z.array(z.object({ text: z.string(), passed: z.boolean(), detail: z.string() })),
  writes: z.object({ acknowledged: z.int() }).optional(),
})

const files = readdirSync(FOLDER)
  .filter((file) => file.endsWith(ENDING))
  .toSorted()

describe('the scenario', () => {
  it('files are there', () => {
    expect(files.length).toBeGreaterThan(0)
  })

  // They wait most of the time: two share the machine.
  it.concurrent.for(files.map((file) => file.slice(0, -ENDING.length)))(
    '%s passes',
    ATTEMPTS,
    async (name, { signal }) => {
      const file = `${FOLDER}${name}${ENDING}`
      const run = await runSotto(['net', 'scenario', 'run', file, '--json'], {}, signal)
      expect(run.stderr).toBe('')
      const report = reportSchema.parse(JSON.parse(run.stdout))
      // The steps that failed say themselves what they found.
      const failed = report.steps.filter(({ passed }) => !passed)
      expect(failed, JSON.stringify(failed)).toEqual([])
      expect(report).toMatchObject({ passed: true })
      expect(report.writes?.acknowledged).toBeGreaterThan(0)
      expect(run.code).toBe(0)
    },
  )
})

describe('a scenario that fails', () => {
  it('ends with code 1 and a report that says where', async () => {
    const file = fileURLToPath(new URL('./failing.scenario', import.meta.url))
    const run = await runSotto(['net', 'scenario', 'run', file])
    expect(run.code).toBe(1)
    expect(run.stdout).toMatch(/FAIL +\d+\.\d s {2}expect lost 0 +\d+ of \d+ acknowledged/u)
    expect(run.stdout.trimEnd().split('\n').at(-1)).toMatch(/^failed at line 8: /u)
  })

  it('to be read ends with code 1 and the lines that are wrong', async () => {
    const file = fileURLToPath(new URL('./scenarios.test.ts', import.meta.url))
    const run = await runSotto(['net', 'scenario', 'run', file])
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/scenarios\.test\.ts:1: \S+: no step begins so\.\n/u)
    expect((await runSotto(['net', 'scenario', 'run', '/nowhere'])).stderr).toMatch(
      /^\/nowhere cannot be read\.\n$/u,
    )
    expect((await runSotto(['net', 'scenario', 'run'])).code).toBe(2)
  })
})
