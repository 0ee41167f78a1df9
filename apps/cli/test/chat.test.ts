/** The screen for conversations, run as a person runs it: the real program at a terminal, against real nodes in this process. */
import { type DisposableTempDir, mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createProgram } from '../src/program.ts'
import { runProgram } from './run-program.ts'
import { TerminalProgram } from './terminal-program.ts'

const NETWORK_MS = 120_000
const LEAVE = '\u0003'
const SUSPEND = '\u001A'
const TAB = '\t'
const MARK = '\u0010'

let network: Network
let scratch: DisposableTempDir
let alice: string
let bob: string

function at(name: string): readonly string[] {
  return ['--home', join(scratch.path, name), '--network', network.introspect]
}

async function run(...options: readonly string[]): Promise<string> {
  const lines: string[] = []
  await createProgram((line) => {
    lines.push(line)
  }).parseAsync(options, { from: 'user' })
  return lines.join('\n')
}

async function createPerson(name: string): Promise<string> {
  const home = join(scratch.path, name)
  const made = JSON.parse(await run('account', 'create', '--home', home, '--json')) as unknown
  return z.object({ accountId: z.string() }).parse(made).accountId
}

beforeAll(async () => {
  scratch = mkdtempDisposableSync(join(tmpdir(), 'sotto-chat-'))
  network = await startNetwork({ nodes: 8, seed: 'chat', driver: 'in-process' })
  alice = await createPerson('alice')
  bob = await createPerson('bob')
  await run('profile', ...at('bob'), '--name', 'Bob')
}, NETWORK_MS)

afterAll(async () => {
  await network[Symbol.asyncDispose]()
  scratch[Symbol.dispose]()
})

describe('sotto chat', { timeout: NETWORK_MS }, () => {
  it('tells somebody new how to begin, and how others reach them', async () => {
    await using chat = new TerminalProgram(['chat', ...at('alice')])
    await chat.until(/No conversations yet/u)
    expect(chat.screen.text.replaceAll(/[^0-9a-f]/gu, '')).toContain(alice)
    chat.enter('/quit')
    expect(await chat.end()).toBe(0)
  })

  it('goes on after Ctrl-Z where no shell waits for it', async () => {
    await using chat = new TerminalProgram(['chat', ...at('alice')])
    await chat.until(/No conversations yet/u)
    chat.type(SUSPEND)
    await expect.poll(() => chat.screen.modes.has('1049')).toBe(false)
    await expect.poll(() => chat.screen.modes.has('1049')).toBe(true)
    chat.type('still here')
    await chat.until(/^> still here$/mu)
    chat.type(LEAVE)
    expect(await chat.end()).toBe(0)
  })

  it('shows a request as it comes, accepts it and answers', async () => {
    await using chat = new TerminalProgram(['chat', ...at('alice')])
    await chat.until(/No conversations yet/u)
    await run('send', ...at('bob'), '--to', alice, 'may I? \u001B[2J\u202E')
    await chat.until(/Requests +│/u)
    await chat.until(/ {2}may I\? \uFFFD\[2J\uFFFD +\d\d:\d\d/u)
    expect(chat.screen.rows[0]).toMatch(
      /^ Bob · \/accept or \/decline: request of 05[0-9a-f]{10}…$/u,
    )
    chat.enter('/accept')
    await chat.until(/^ Bob$/mu)
    chat.enter('/reply')
    await chat.until(/Answering Bob: may I/u)
    chat.enter('you may')
    await chat.until(/│ Bob: may I\?.*\n.*you may +\d\d:\d\d {2}sent/u)
    expect(await run('history', ...at('bob'), alice)).toMatch(/you may$/u)
    chat.type(LEAVE)
    expect(await chat.end()).toBe(0)
  })

  it('reacts, and shows what others do to messages', async () => {
    await using chat = new TerminalProgram(['chat', ...at('alice')])
    await chat.until(/you may/u)
    chat.enter('/react 🎉')
    await chat.until(/^.*│ {3}🎉$/mu)
    await run('send', ...at('bob'), '--to', alice, 'a thing and then somme more')
    await chat.until(/somme more/u)
    const history = await run('history', ...at('bob'), alice, '--json')
    const messages = z.array(z.object({ sentAt: z.int() })).parse(JSON.parse(history))
    await run('edit', ...at('bob'), String(messages.at(-1)?.sentAt), 'a thing and some more')
    await chat.until(/some more +\d\d:\d\d, edited/u)
    await run('timer', ...at('bob'), alice, 'send', '1d')
    await chat.until(/^ Bob · messages disappear 1 day after they were sent/u)
    chat.type(LEAVE)
    expect(await chat.end()).toBe(0)
  })

  it('fits sixty columns without the list, and keeps what was being written', async () => {
    const narrow = { columns: 60, rows: 20 }
    await using chat = new TerminalProgram(['chat', ...at('alice'), bob], narrow)
    await chat.until(/you may/u)
    expect(chat.screen.text).not.toContain('│ │')
    chat.enter('/search may')
    await chat.until(/2 found for “may”/u)
    chat.type(`${MARK}half a thought`)
    await chat.until(/^▌ /mu)
    chat.type(LEAVE)
    expect(await chat.end()).toBe(0)
    expect(chat.screen.modes).toEqual(new Set(['7', '25']))
    await using again = new TerminalProgram(['chat', ...at('alice'), bob], narrow)
    await again.until(/^> half a thought$/mu)
    again.type(`\u0015${TAB}/quit\r`)
    expect(await again.end()).toBe(0)
  })

  it('marks what was looked at as read', async () => {
    await run('send', ...at('bob'), '--to', alice, 'looked at')
    await using chat = new TerminalProgram(['chat', ...at('alice')])
    await chat.until(/looked at/u)
    await chat.until(/^› Bob {2,}│/mu)
    const list = z.array(z.object({ id: z.string(), unread: z.int() }))
    const [first] = list.parse(JSON.parse(await run('list', ...at('alice'), '--json')))
    expect(first).toEqual({ id: bob, unread: 0 })
    chat.type(LEAVE)
    await chat.end()
  })
})

describe('without a terminal', { timeout: NETWORK_MS }, () => {
  it('ends with 2 and says what scripts use', async () => {
    const ended = await runProgram(['chat'])
    expect(ended).toMatchObject({ exitCode: 2, stdout: '' })
    expect(ended.stderr).toMatch(/^sotto chat needs a terminal .* send, read and list\.\n$/u)
  })

  it('ends with 2 on one that can only be written to line by line', async () => {
    const size = { columns: 100, rows: 5 }
    await using chat = new TerminalProgram(['chat', ...at('alice')], size, ['TERM=dumb'])
    expect(await chat.end()).toBe(2)
    expect(chat.screen.rows[0]).toMatch(/^sotto chat draws on the whole terminal; .*TERM=dumb/u)
    expect(chat.screen.modes).toEqual(new Set())
  })

  it('ends with 2 when JSON is asked for, like for every unknown option', async () => {
    const ended = await runProgram(['chat', '--json'])
    expect(ended.exitCode).toBe(2)
    expect(JSON.parse(ended.stdout)).toMatchObject({ error: { code: 'usage' } })
  })
})
