/**
 * How results of a suite are counted: a run in which something went wrong never looks like a good one.
 *
 * @module
 */
import { expect, test } from 'vitest'
import { countTests } from './test-suite.ts'

function report(status: string, outcomes: readonly string[]): string {
  const assertionResults = outcomes.map((outcome, index) => ({
    status: outcome,
    fullName: `test ${index}`,
  }))
  return JSON.stringify({ testResults: [{ name: 'a.test.ts', status, assertionResults }] })
}

test('it counts what passed and failed, and names what did not run', () => {
  const counts = countTests(report('failed', ['passed', 'failed', 'skipped']), false)
  expect(counts).toEqual({ passed: 1, failed: 1, notRun: ['test 2'] })
})

test('it counts a file that does not load as a failure', () => {
  expect(countTests(report('failed', []), false)).toEqual({ passed: 0, failed: 1, notRun: [] })
})

test('it counts a run that ended badly as a failure, whatever its tests say', () => {
  expect(countTests(report('passed', ['passed']), false).failed).toBe(1)
})

test('it counts a run that wrote no report as a failure', () => {
  expect(countTests('{}', false)).toEqual({ passed: 0, failed: 1, notRun: [] })
})
