/** The command line itself, without a network. */
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { describeFailure } from './describe-failure.ts'
import { createProgram } from './program.ts'

/** A port on which nothing listens: reserved, and never given out. */
const NOWHERE = 'http://127.0.0.1:1'
const ID = '054b75418cd7b83789f3f7cfc08e4dfd408daf31c777d71bbc8caf565747d0be23'

interface Run {
  readonly lines: readonly string[]
  readonly code: string | undefined
  readonly exitCode: number
}

async function run(...options: readonly string[]): Promise<Run> {
  const lines: string[] = []
  const program = createProgram((line) => {
    lines.push(line)
  })
  // Help goes to the terminal by itself; these tests look at what commands say.
  program.configureOutput({ writeErr: () => undefined })
  try {
    await program.parseAsync(options, { from: 'user' })
    return { lines, code: undefined, exitCode: 0 }
  } catch (error) {
    const failure = await describeFailure(error)
    return { lines, code: failure?.code, exitCode: failure?.exitCode ?? 0 }
  }
}

describe('wrong usage', () => {
  it.each([
    ['no command', []],
    ['an unknown command', ['sned']],
    ['an unknown option', ['read', '--fallow']],
    ['a message without recipient', ['send', 'hello']],
    ['a message without text', ['send', '--to', ID]],
    ['two texts', ['send', '--to', ID, 'hello', 'there']],
    ['an option without its value', ['read', '--home']],
    ['an account command that does not exist', ['account', 'delete']],
    ['a swarm of nobody', ['swarm']],
    ['an order for no node', ['net', 'kill']],
    ['an order without its number', ['net', 'lag', 'all', '--network', NOWHERE]],
    ['a clock that goes nowhere', ['net', 'time', 'sideways', '--network', NOWHERE]],
    ['a node without its folder', ['node', 'run']],
    ['the status of no node', ['node', 'status']],
    ['the end of no node', ['node', 'drain']],
    ['a backup that goes nowhere', ['node', 'keys', 'backup', '--home', '/nowhere']],
    ['a restore of nothing', ['node', 'keys', 'restore', '--home', '/nowhere']],
    ['a join of somebody', ['net', 'join', 'node-99']],
  ])('is %s, with exit code 2 and nothing on standard output', async (_name, options) => {
    expect(await run(...options)).toEqual({ lines: [], code: 'usage', exitCode: 2 })
  })
})

describe('a node that is not there', () => {
  it.each([
    ['run', ['node', 'run', '--home', '/nowhere/node'], 'node_home_missing'],
    ['status', ['node', 'status', '--home', '/nowhere/node'], 'node_home_missing'],
    ['drain', ['node', 'drain', '--home', '/nowhere/node', '--wait'], 'node_home_missing'],
    [
      'backed up',
      [
        'node',
        'keys',
        'backup',
        '--home',
        '/nowhere/node',
        '--out',
        '/nowhere/file',
        '--passphrase-file',
        import.meta.filename,
      ],
      'node_home_missing',
    ],
  ])('is not %s, and the code says why', async (_name, options, code) => {
    expect(await run(...options)).toEqual({ lines: [], code, exitCode: 1 })
  })

  it('is not restored from a file that is no backup', async () => {
    const file = import.meta.filename
    const options = ['keys', 'restore', '--home', '/nowhere/node', file, '--passphrase-file', file]
    expect(await run('node', ...options)).toMatchObject({ code: 'backup_malformed', exitCode: 1 })
  })
})

describe('a message that cannot be sent', () => {
  it.each([
    ['to an id that is cut off', ID.slice(2), 'hello', 'account_id_length'],
    ['to an id with another prefix', `07${ID.slice(2)}`, 'hello', 'account_id_prefix'],
    ['to an id of no point', `05${'00'.repeat(32)}`, 'hello', 'account_id_point'],
    ['without text', ID, '', 'text_empty'],
    ['with too much text', ID, 'x'.repeat(10_001), 'text_too_long'],
  ])('is refused %s before home or network are looked at', async (_name, to, text, code) => {
    const options = ['send', '--home', '/dev/null/x', '--network', NOWHERE, '--to', to, text]
    expect(await run(...options)).toEqual({ lines: [], code, exitCode: 1 })
  })

  it('is refused without an account, and none is made', async () => {
    using scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-program-'))
    const home = join(scratch.path, 'home')
    expect(await run('send', '--home', home, '--to', ID, 'hello')).toMatchObject({
      code: 'no_account',
      exitCode: 1,
    })
    expect(await run('account', 'show', '--home', home)).toMatchObject({ code: 'no_account' })
  })
})

describe('a network that is not there', () => {
  it.each([
    ['send', ['--to', ID, 'hello']],
    ['read', []],
    ['path', []],
  ])('is said by %s', async (command, options) => {
    using scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-program-'))
    const home = ['--home', scratch.path]
    await run('account', 'create', ...home)
    const outcome = await run(command, ...home, '--network', NOWHERE, ...options)
    expect(outcome).toEqual({ lines: [], code: 'network_not_found', exitCode: 1 })
  })

  it('is said by net status, with the code of the local network', async () => {
    expect(await run('net', 'status', '--network', NOWHERE)).toEqual({
      lines: [],
      code: 'not_running',
      exitCode: 1,
    })
  })

  it.each([['kill', '1'], ['skew', '1', '-5'], ['join'], ['time', 'step', '-90000']])(
    'is said by net %s %s %s',
    async (...words) => {
      expect(await run('net', ...words, '--network', NOWHERE)).toEqual({
        lines: [],
        code: 'not_running',
        exitCode: 1,
      })
    },
  )

  it('is said by swarm, which needs no home', async () => {
    expect(await run('swarm', ID, '--network', NOWHERE)).toMatchObject({
      code: 'network_not_found',
    })
  })
})

describe('an account on the command line', () => {
  it('is made, shown and restored, with one JSON document each', async () => {
    using scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-program-'))
    const at = (name: string): string[] => ['--home', join(scratch.path, name), '--json']
    const [created = ''] = (await run('account', 'create', ...at('a'))).lines
    const { accountId, recoveryPhrase } = JSON.parse(created) as Record<string, string>
    const words = recoveryPhrase?.split(' ') ?? []
    expect(Object.keys(JSON.parse(created) as object)).toEqual(['accountId', 'recoveryPhrase'])
    const id = JSON.stringify({ accountId })
    expect((await run('account', 'show', ...at('a'))).lines).toEqual([id])
    expect((await run('account', 'show', '--reveal', ...at('a'))).lines).toEqual([created])
    expect((await run('account', 'restore', ...at('b'), ...words)).lines).toEqual([id])
    const quoted = [words.join('  ').toUpperCase()]
    expect((await run('account', 'restore', ...at('c'), ...quoted)).lines).toEqual([id])
    const option = ['--phrase', words.join(' ')]
    expect((await run('account', 'restore', ...at('d'), ...option)).lines).toEqual([id])
  })
})
