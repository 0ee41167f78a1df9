/**
 * The program `sotto`: runs a command line and turns what went wrong into an exit code. 0 done, 1 failed, 2 wrong usage.
 *
 * @module
 */
import { describeFailure } from './describe-failure.ts'
import { createProgram } from './program.ts'

/** Somebody who reads `sotto read | head` has seen enough, and a terminal may go while `sotto chat` gives it back. */
function endQuietlyWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

process.stdout.on('error', endQuietlyWithReader)
process.stderr.on('error', endQuietlyWithReader)

const options = process.argv.slice(2)
try {
  await createProgram(print).parseAsync(options, { from: 'user' })
} catch (error) {
  const failure = await describeFailure(error)
  if (failure !== undefined) {
    const { code, message, exitCode } = failure
    if (options.includes('--json')) print(JSON.stringify({ error: { code, message } }))
    process.stderr.write(`${message}\n`)
    process.exitCode = exitCode
  }
}
