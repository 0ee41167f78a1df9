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
