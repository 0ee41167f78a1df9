/**
 * How results of a suite are counted: a run in which something went wrong never looks like a good one.
 *
 * @module
 */
import { spawnSync } from 'node:child_process'
import { mkdtempDisposableSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createToolEnvironment } from './step-runner.ts'
import { countTests } from './test-suite.ts'

/** What Vitest itself writes about a file of tests, each of which may try twice. */
function reportAttempts(tests: string): string {
  using scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-attempts-'))
  const reportFile = join(scratch.path, 'report.json')
  writeFileSync(join(scratch.path, 'attempts.test.ts'), tests)
  spawnSync(
    'vitest',
    [
      'run',
      `--root=${scratch.path}`,
      '--globals',
      '--retry=1',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
    ],
    { env: createToolEnvironment() },
  )
  return readFileSync(reportFile, 'utf8')
}

function report(status: string, outcomes: readonly string[]): string {
  const assertionResults = outcomes.map((outcome, index) => ({
    status: outcome,
    fullName: `test ${index}`,
    failureMessages: outcome === 'failed' ? ['Error: expected 1 to be 2', 'at a.test.ts:3'] : [],
  }))
  return JSON.stringify({
    testResults: [{ name: 'a.test.ts', status, message: 'no such module', assertionResults }],
  })
}

test('it counts what passed and failed, and names what did not run', () => {
  const counts = countTests(report('failed', ['passed', 'failed', 'skipped']), false)
  expect(counts).toMatchObject({ passed: 1, failed: 1, notRun: ['test 2'] })
})

test('it counts a file that does not load as a failure', () => {
  const counts = countTests(report('failed', []), false)
  expect(counts).toMatchObject({ passed: 0, failed: 1, notRun: [] })
  expect(counts.failures).toEqual(['a.test.ts\nno such module'])
})

test('it counts a run that ended badly as a failure, whatever its tests say', () => {
  expect(countTests(report('passed', ['passed']), false).failed).toBe(1)
})

test('it counts a run that wrote no report as a failure', () => {
  expect(countTests('{}', false)).toMatchObject({ passed: 0, failed: 1, notRun: [] })
})

test('it says of each failed test what was expected', () => {
  const { failures } = countTests(report('failed', ['failed', 'passed']), false)
  expect(failures).toEqual(['test 0\nError: expected 1 to be 2\nat a.test.ts:3'])
})

test('it shortens a reason that would bury the others', () => {
  const failureMessages = [`${'x'.repeat(5000)}\n`.repeat(100)]
  const assertionResults = [{ status: 'failed', fullName: 'long', failureMessages }]
  const { failures } = countTests(
    JSON.stringify({ testResults: [{ name: 'a.test.ts', status: 'failed', assertionResults }] }),
    false,
  )
  expect(failures[0]?.length).toBeLessThan(1300)
})

test('it names a test that passed only when run again, with why, and counts it once', () => {
  const attempts = reportAttempts(
    `let runs = 0
     test('unsteady', () => { runs += 1; expect(runs).toBe(2) })
     test('steady', () => { expect(runs).toBe(2) })`,
  )
  const counts = countTests(attempts, true)
  expect(counts).toMatchObject({ passed: 2, failed: 0, failures: [] })
  expect(counts.passedAgain).toHaveLength(1)
  expect(counts.passedAgain[0]).toMatch(/^unsteady\nAssertionError: expected 1 to be 2/u)
})

test('it counts a test that fails both times as one failure, and as nothing else', () => {
  const counts = countTests(reportAttempts(`test('broken', () => { expect(1).toBe(2) })`), false)
  expect(counts).toMatchObject({ passed: 0, failed: 1, passedAgain: [] })
})
