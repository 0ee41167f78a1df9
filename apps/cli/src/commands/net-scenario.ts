/**
 * `sotto net scenario run`: the command line of scenario files. The work is in `../net/run-scenario-file.ts`.
 *
 * @module
 */
import type { Command } from 'commander'
import type { OutputOptions, Print } from '../output.ts'
import { addJson } from './shared-options.ts'

const EXAMPLE = `
A scenario is a text file with one step a line. It starts a network of its own, which ends with it.

  network nodes 6
  writes start rate 10 accounts 4
  kill 1 of swarm alice
  wait acknowledged 50
  start killed
  writes stop
  expect lost 0
  expect delivered all

All steps: docs/operations/scenarios.md. The exit code is 0 when every expectation was met.`

/** Adds the command to `net`. */
export function addScenario(net: Command, print: Print): void {
  const scenario = net.command('scenario').description('run files that break a network on purpose')
  addJson(scenario.command('run'))
    .description('run a scenario file and say whether it passed')
    .argument('<file>', 'the scenario')
    .addHelpText('after', EXAMPLE)
    .action(async (file: string, options: OutputOptions) => {
      const { runScenarioFile } = await import('../net/run-scenario-file.ts')
      await runScenarioFile(file, options, print)
    })
}
