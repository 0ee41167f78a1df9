import { writeFileSync, mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StepReport } from '@sotto/devnet/scenario'
import { describe, expect, it } from 'vitest'
import { composeStep, composeVerdict, runScenarioFile } from './run-scenario-file.ts'

const STEP: StepReport = {
  line: 7,
  text: 'expect lost 0',
  ms: 1234,
  passed: true,
  detail: '0 of 20 acknowledged messages lost',
  numbers: {},
}
const FAILED = { ...STEP, line: 9, passed: false }
const WRITES = { acknowledged: 20, failed: 0, retries: 0, skipped: 0, slowestMs: 5 }

describe('what a scenario says as it goes', () => {
  it('is a line for each step, with its time and what came out', () => {
    expect(composeStep(STEP)).toMatch(
      /^ {2}ok {6,}1\.2 s {2}expect lost 0 +0 of 20 acknowledged messages lost$/u,
    )
    expect(composeStep(FAILED)).toMatch(/^ {2}FAIL {2,}1\.2 s/u)
    expect(composeStep({ ...STEP, text: 'heal', detail: '' })).toMatch(/heal$/u)
  })

  it('ends with the verdict and, where it failed, the lines', () => {
    const report = { passed: true, ms: 5000, steps: [STEP], writes: WRITES }
    expect(composeVerdict(report)).toBe('passed: 1 steps in 5.0 s, 20 messages acknowledged')
    const failed = { passed: false, ms: 5000, steps: [STEP, FAILED, FAILED], writes: undefined }
    expect(composeVerdict(failed)).toBe('failed at line 9, 9: 3 steps in 5.0 s')
  })
})

describe('a file that is no scenario', () => {
  it('is refused with every line that is wrong, and nothing is started', async () => {
    using scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-scenario-'))
    const path = join(scratch.path, 'bad.scenario')
    writeFileSync(path, 'kill\n\nwait soon\n')
    const lines: string[] = []
    const run = runScenarioFile(path, {}, (line) => lines.push(line))
    await expect(run).rejects.toMatchObject({
      code: 'invalid_scenario',
      message: expect.stringMatching(
        /bad\.scenario:1: kill: .+\n.*bad\.scenario:3: wait: .+\.$/u,
      ) as unknown,
    })
    expect(lines).toEqual([])
  })

  it('is said by name when it is not there', async () => {
    const run = runScenarioFile('/nowhere/at.all', {}, () => undefined)
    await expect(run).rejects.toMatchObject({ message: '/nowhere/at.all cannot be read.' })
  })
})
