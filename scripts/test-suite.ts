/**
 * Runs one folder's Vitest suite and counts what it reports. The counts come from Vitest's JSON report and
 * not from its exit code alone, so that a suite in which nothing ran cannot look like one that passed.
 *
 * @module
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { asList, asRecord, parseRecord } from './json.ts'
import { runStep } from './step-runner.ts'

export interface SuiteCounts {
  readonly passed: number
  readonly failed: number
  /** Titles of tests that failed and files that did not load, each with the first lines of its reason. */
  readonly failures: readonly string[]
  /** Titles of tests that said themselves that they cannot run here. */
  readonly notRun: readonly string[]
  /** Titles of tests that failed and passed when run again, each with why it failed: somebody has to look. */
  readonly passedAgain: readonly string[]
}

/** Here everything runs on one machine: a test that is quick alone may wait for others. */
const TEST_TIMEOUT_MS = 120_000

/** A suite that takes longer hangs; its processes end with it. */
const SUITE_TIMEOUT_MS = 40 * 60_000

/** Enough to see what was expected; all of it stands further up. */
const REASON_LINES = 12
const REASON_LENGTH = 1200

export async function runSuite(folder: string): Promise<SuiteCounts> {
  const scratch = mkdtempSync(join(tmpdir(), 'sotto-report-'))
  const reportFile = join(scratch, 'report.json')
  try {
    const { passed } = await runStep({
      name: `test ${folder}`,
      command: [
        'vitest',
        'run',
        `--testTimeout=${TEST_TIMEOUT_MS}`,
        `--hookTimeout=${TEST_TIMEOUT_MS}`,
        // Vitest leaves one processor to itself, which on two is half of the machine.
        `--maxWorkers=${availableParallelism()}`,
        '--silent=passed-only',
        '--reporter=minimal',
        '--reporter=json',
        `--outputFile.json=${reportFile}`,
      ],
      folder,
      timeoutMs: SUITE_TIMEOUT_MS,
      summarise: () => countTests(readReport(reportFile), false).failures.join('\n'),
    })
    return countTests(readReport(reportFile), passed)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** Empty when Vitest ended before it could write its report; the exit code says so too. */
function readReport(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '{}'
}

/** A run that failed without a failing test (a file that does not load, no test at all) counts as one. */
export function countTests(report: string, runPassed: boolean): SuiteCounts {
  const files = asList(parseRecord(report)['testResults']).map((file) => readFileResult(file))
  const tests = files.flatMap((file) => file.tests)
  const unloaded = files.filter((file) => file.isFailed && !file.tests.some(isFailed))
  const failed = tests.filter(isFailed).length + unloaded.length
  return {
    passed: tests.filter(isPassed).length,
    failed: runPassed ? failed : Math.max(1, failed),
    failures: [...unloaded, ...tests.filter(isFailed)].map(describe),
    notRun: tests.filter((test) => !isPassed(test) && !isFailed(test)).map(({ title }) => title),
    passedAgain: tests.filter(isPassedAgain).map(describe),
  }
}

interface TestResult {
  readonly status: unknown
  readonly title: string
  readonly reason: string
}

function describe({ title, reason }: Pick<TestResult, 'title' | 'reason'>): string {
  return `${title}\n${reason}`.trim()
}

interface FileResult {
  readonly isFailed: boolean
  readonly title: string
  readonly reason: string
  readonly tests: readonly TestResult[]
}

function isPassed(test: TestResult): boolean {
  return test.status === 'passed'
}

/** The report counts no attempts. It keeps the reasons of those that failed, also of a test that passed in the end. */
function isPassedAgain(test: TestResult): boolean {
  return isPassed(test) && test.reason !== ''
}

function isFailed(test: TestResult): boolean {
  return test.status === 'failed'
}

function readFileResult(file: unknown): FileResult {
  const { name, status, message = '', assertionResults } = asRecord(file)
  const tests = asList(assertionResults).map((test) => {
    const { status: outcome, fullName, failureMessages } = asRecord(test)
    const reason = asList(failureMessages).map(String).join('\n')
    return { status: outcome, title: String(fullName), reason: shorten(reason) }
  })
  return {
    isFailed: status === 'failed',
    title: String(name),
    reason: shorten(String(message)),
    tests,
  }
}

function shorten(reason: string): string {
  return reason.split('\n', REASON_LINES).join('\n').slice(0, REASON_LENGTH)
}
