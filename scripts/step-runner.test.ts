/**
 * How the gate runs its steps: in order, with our Node, and with the last word on what failed.
 *
 * @module
 */
import { afterEach, expect, test, vi } from 'vitest'
import { runSteps, type Step } from './step-runner.ts'

const output = vi.spyOn(console, 'log').mockImplementation(() => undefined)

afterEach(() => {
  output.mockClear()
})

function printed(): string {
  return output.mock.calls.flat().join('\n')
}

function evaluate(name: string, code: string): Step {
  return { name, command: ['node', '--eval', code] }
}

const GOOD = evaluate('good', "console.log('noise')")
const BAD = evaluate('bad', "console.log('why it failed'); process.exitCode = 3")

test('it stops at the first failure and shows what the step said', async () => {
  const results = await runSteps([GOOD, BAD, GOOD], { keepGoing: false })
  expect(results.map(({ passed }) => passed)).toEqual([true, false])
  expect(printed()).toContain('why it failed')
})

test('it puts what a step knows of its failure above what the step said, without colours', async () => {
  const coloured = evaluate('bad', "console.log('\\x1b[31mnoise\\x1b[39m'); process.exitCode = 3")
  await runSteps([{ ...coloured, summarise: () => 'one test failed' }], { keepGoing: false })
  expect(printed()).toMatch(/\none test failed\nnoise$/)
})

test('it keeps quiet about what passed', async () => {
  await runSteps([GOOD], { keepGoing: false })
  expect(printed()).toMatch(/^ok {4}good +\d+\.\d s$/)
})

test('it goes on after a failure when every count is wanted', async () => {
  const results = await runSteps([BAD, GOOD], { keepGoing: true })
  expect(results.map(({ name }) => name)).toEqual(['bad', 'good'])
})

test('it counts a program that does not exist, and one that hangs, as failures', async () => {
  const missing: Step = { name: 'missing', command: ['no-such-program-here'] }
  const hanging: Step = { ...evaluate('hanging', 'setInterval(() => {}, 1000)'), timeoutMs: 200 }
  const results = await runSteps([missing, hanging], { keepGoing: true })
  expect(results.map(({ passed }) => passed)).toEqual([false, false])
})

test('it runs the Node of the repository, with telemetry of the tools switched off and a place for compiled programs', async () => {
  const check = evaluate(
    'runtime',
    "process.exitCode = process.version.startsWith('v24.') && process.env.DO_NOT_TRACK === '1' && process.env.TURBO_TELEMETRY_DISABLED === '1' && require('node:module').getCompileCacheDir() ? 0 : 1",
  )
  expect(await runSteps([check], { keepGoing: false })).toEqual([{ name: 'runtime', passed: true }])
})
