/**
 * Everything, `pnpm test`: the gate, every package's tests, the planted violations, the journeys over a
 * whole network. It goes on after a failure, names what could not run here and what failed, and ends with one line of counts.
 *
 * @module
 */
import { checkSteps } from './check-steps.ts'
import { listFiles, repositoryRoot } from './source-tree.ts'
import { runStep, runSteps } from './step-runner.ts'
import { runSuite } from './test-suite.ts'

/** The journeys need every package to be sound: they come last. */
const LAST_FOLDER = 'e2e'

function listSuites(): readonly string[] {
  const tests = listFiles(repositoryRoot, (path) => path.endsWith('.test.ts'))
  const folders = tests.map(
    (path) => /^(?:apps|packages)\/[^/]+|^e2e|^benchmarks|^models/.exec(path)?.[0] ?? '.',
  )
  return [...new Set(folders)].toSorted(
    (a, b) => Number(a === LAST_FOLDER) - Number(b === LAST_FOLDER) || a.localeCompare(b),
  )
}

const checks = await runSteps(checkSteps, { keepGoing: true })
const planted = await runStep({
  name: 'planted-violations',
  command: ['node', 'scripts/checks/planted-violations.ts'],
})
const steps = [...checks, planted]
let passed = steps.filter((step) => step.passed).length
let failed = steps.length - passed
const notRun: string[] = []
const passedAgain: string[] = []
const failures = steps.filter((step) => !step.passed).map(({ name }) => `step ${name}`)

for (const folder of listSuites()) {
  const counts = await runSuite(folder)
  passed += counts.passed
  failed += counts.failed
  notRun.push(...counts.notRun)
  passedAgain.push(...counts.passedAgain.map((test) => `${folder}: ${test}`))
  failures.push(...counts.failures.map((failure) => `${folder}: ${failure}`))
}

for (const title of notRun) console.log(`not run here: ${title}`)
for (const test of passedAgain) console.log(`passed only when run again: ${test}`)
for (const failure of failures) console.log(`failed: ${failure}`)
if (failed > 0) process.exitCode = 1
console.log(`${passed} passed, ${failed} failed`)
