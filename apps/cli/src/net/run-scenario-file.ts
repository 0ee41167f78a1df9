/**
 * What `sotto net scenario run` does: reads the file, runs it on a network of its own, and shows each step as it ends.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import { NodeTransport } from '@sotto/client-node/transport'
import { DevnetError } from '@sotto/devnet/errors'
import { type ScenarioReport, type StepReport, runScenario } from '@sotto/devnet/scenario'
import { parseScenario } from '@sotto/devnet/scenario-file'
import { type OutputOptions, type Print, printOutcome } from '../output.ts'
import { waitForStopSignal } from './stop-signal.ts'

const TIME_WIDTH = 8
const TEXT_WIDTH = 36

/** One line for a step that has ended. */
export function composeStep({ passed, ms, text, detail }: StepReport): string {
  const time = `${(ms / 1000).toFixed(1)} s`.padStart(TIME_WIDTH)
  const step = detail === '' ? text : `${text.padEnd(TEXT_WIDTH)}  ${detail}`
  return `  ${passed ? 'ok  ' : 'FAIL'} ${time}  ${step}`
}

/** The verdict. */
export function composeVerdict({ passed, ms, steps, writes }: ScenarioReport): string {
  const failed = steps.filter((step) => !step.passed).map(({ line }) => line)
  const messages = writes === undefined ? '' : `, ${writes.acknowledged} messages acknowledged`
  const what = `${steps.length} steps in ${(ms / 1000).toFixed(1)} s${messages}`
  return passed ? `passed: ${what}` : `failed at line ${failed.join(', ')}: ${what}`
}

async function readScenario(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((cause: unknown) => {
    throw new DevnetError('invalid_scenario', `${path} cannot be read.`, { cause })
  })
}

/** Sets the exit code to 1 when the scenario failed. */
export async function runScenarioFile(
  path: string,
  options: OutputOptions,
  print: Print,
): Promise<void> {
  const scenario = parseScenario(await readScenario(path))
  if (!scenario.ok) {
    const problems = scenario.error.map(({ line, message }) => `${path}:${line}: ${message}`)
    throw new DevnetError('invalid_scenario', problems.join('\n'))
  }
  const report = await runScenario(scenario.value, {
    createTransport: () => new NodeTransport(),
    interrupted: waitForStopSignal(),
    onStep: (step) => {
      if (options.json !== true) print(composeStep(step))
    },
  })
  printOutcome({ json: report, text: composeVerdict(report) }, options, print)
  if (!report.passed) process.exitCode = 1
}
