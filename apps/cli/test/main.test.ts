/** What a shell sees of the program: exit codes, and what goes where. */
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runProgram } from './run-program.ts'

const PHRASE =
  'speedy afloat perfect nibs tyrant vain jockey mohawk ticket aptitude fawns hurried jockey'
const PROCESS_MS = 30_000

function createScratch() {
  return mkdtempDisposableSync(join(tmpdir(), 'sotto-main-'))
}

describe('the program', () => {
  it(
    'ends with 0 and says its result on standard output only',
    async () => {
      using scratch = createScratch()
      const run = await runProgram(['account', 'create', '--home', scratch.path, '--json'])
      expect(run).toMatchObject({ exitCode: 0, stderr: '' })
      expect(run.stdout).toMatch(/^\{"accountId":"05[0-9a-f]{64}","recoveryPhrase":"[a-z ]+"\}\n$/u)
    },
    PROCESS_MS,
  )

  it(
    'ends with 1 and one sentence on standard error',
    async () => {
      using scratch = createScratch()
      const run = await runProgram(['account', 'show', '--home', join(scratch.path, 'none')])
      expect(run).toMatchObject({ exitCode: 1, stdout: '' })
      expect(run.stderr).toMatch(/^There is no account in .*\.\n$/u)
    },
    PROCESS_MS,
  )

  it(
    'says a failure as a document too when JSON is asked for',
    async () => {
      using scratch = createScratch()
      const home = join(scratch.path, 'none')
      const run = await runProgram(['account', 'show', '--json', '--home', home])
      const { error } = JSON.parse(run.stdout) as { error: { code: string; message: string } }
      expect(error.code).toBe('no_account')
      expect(run.stderr).toBe(`${error.message}\n`)
      expect(run.exitCode).toBe(1)
    },
    PROCESS_MS,
  )

  it(
    'ends with 2 for wrong usage',
    async () => {
      const run = await runProgram(['account', 'burn', '--json'])
      expect(run.exitCode).toBe(2)
      expect(JSON.parse(run.stdout)).toMatchObject({ error: { code: 'usage' } })
    },
    PROCESS_MS,
  )

  it(
    'ends with 0 for help, which has all commands',
    async () => {
      const run = await runProgram(['--help'])
      expect(run).toMatchObject({ exitCode: 0, stderr: '' })
      for (const command of ['account', 'send', 'read', 'chat', 'swarm', 'path', 'net']) {
        expect(run.stdout).toContain(`  ${command}`)
      }
    },
    PROCESS_MS,
  )

  it(
    'reads a recovery phrase from standard input, where no list of processes shows it',
    async () => {
      using scratch = createScratch()
      const run = await runProgram(['account', 'restore', '--home', scratch.path], `${PHRASE}\n`)
      expect(run.exitCode).toBe(0)
      expect(run.stdout).toContain('054b75418cd7b83789f3f7cfc08e4dfd408daf31')
    },
    PROCESS_MS,
  )

  it(
    'says that a phrase is missing when standard input is empty',
    async () => {
      using scratch = createScratch()
      const run = await runProgram(['account', 'restore', '--home', scratch.path])
      expect(run.exitCode).toBe(1)
      expect(run.stderr).toMatch(/^No recovery phrase was given.*\n$/u)
    },
    PROCESS_MS,
  )
})
