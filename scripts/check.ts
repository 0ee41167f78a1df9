/**
 * The fast gate, `pnpm check`: named steps in order, the first failure stops the rest.
 *
 * `--keep-going` runs all of them, `--only NAME` one. Tests are not part of it (`test-all.ts`).
 *
 * @module
 */
import { checkSteps } from './check-steps.ts'
import { runSteps } from './step-runner.ts'

const args = process.argv.slice(2)
const only = args.includes('--only') ? args[args.indexOf('--only') + 1] : undefined
const steps = checkSteps.filter((step) => only === undefined || step.name === only)

if (steps.length === 0) {
  console.error(
    `no step has that name; there are: ${checkSteps.map(({ name }) => name).join(', ')}`,
  )
  process.exitCode = 2
} else {
  const results = await runSteps(steps, { keepGoing: args.includes('--keep-going') })
  const failed = results.filter((result) => !result.passed)
  if (failed.length > 0) process.exitCode = 1
}
