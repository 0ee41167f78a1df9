/** The session behind the screen, without a terminal: what is typed reaches other people, and what they do reaches the screen. */
import { type DisposableTempDir, mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMessenger, type Messenger } from '@sotto/client/engine'
import { systemClock } from '@sotto/client-node/clock'
import { openPorts } from '@sotto/client-node/ports'
import { createAccountSeed, deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import { err } from '@sotto/crypto/result'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChatSession } from '../src/chat/chat-session.ts'
import type { KeyName } from '../src/chat/effect.ts'
import { TerminalScreen } from './terminal-screen.ts'

const NETWORK_MS = 120_000
const PATIENCE = { timeout: 60_000, interval: 100 }
const SIZE = { columns: 100, rows: 30 }

class Sitting implements AsyncDisposable {
  readonly screen: TerminalScreen = new TerminalScreen(SIZE)
  readonly session: ChatSession
  readonly #run: Promise<void>

  constructor(messenger: Messenger) {
    const screen = {
      size: SIZE,
      write: (text: string) => {
        this.screen.write(text)
      },
      suspend: () => undefined,
    }
    const folder = scratch.path
    const parts = { messenger, clock: systemClock, screen, folder, hasColour: true }
    this.session = new ChatSession(parts)
    this.#run = this.session.run(undefined, Promise.withResolvers<void>().promise)
  }

  press(name: KeyName): void {
    this.session.take({ kind: 'key', key: { kind: 'press', name } })
  }

  write(text: string): void {
    this.session.take({ kind: 'key', key: { kind: 'text', text } })
  }

  enter(text: string): void {
    this.write(text)
    this.press('send')
  }

  async until(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.screen.text, PATIENCE).toMatch(pattern)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.press('leave')
    await this.#run
  }
}

let network: Network
let scratch: DisposableTempDir
let alice: Messenger
let bob: Messenger
const resources = new AsyncDisposableStack()

function createPerson(): Messenger {
  const ports = resources.use(openPorts())
  const messenger = createMessenger({
    account: deriveAccount(createAccountSeed(systemRandomness)),
    network: { seedUrls: [network.seedUrl] },
    ports,
  })
  resources.defer(() => messenger.close())
  return messenger
}

/** What a person has of the other, oldest first. */
async function read(messenger: Messenger, other: Messenger): Promise<readonly string[]> {
  await messenger.poll({ members: 3 })
  const messages = messenger.conversations.messages(other.accountId, { limit: 50 })
  return messages.map(({ text }) => text).toReversed()
}

beforeAll(async () => {
  scratch = resources.use(mkdtempDisposableSync(join(tmpdir(), 'sotto-session-')))
  network = await startNetwork({ nodes: 8, seed: 'session', driver: 'in-process' })
  resources.defer(() => network[Symbol.asyncDispose]())
  alice = createPerson()
  bob = createPerson()
  await bob.updateProfile({ name: 'Bob' })
}, NETWORK_MS)

afterAll(() => resources.disposeAsync())

describe('a session', { timeout: NETWORK_MS }, () => {
  it('begins a conversation with an id, and says what is wrong with one that is none', async () => {
    await using sitting = new Sitting(alice)
    sitting.enter('/to 0512')
    await sitting.until(/─ An account id has 66 characters; this one has 4\./u)
    sitting.enter(`/to ${bob.accountId}`)
    await sitting.until(/No messages yet/u)
    sitting.enter('hello, Bob')
    await sitting.until(/ {2}hello, Bob +(?:\d\d:\d\d)? {2}(?:sending …|sent)$/mu)
    await sitting.until(/hello, Bob +\d\d:\d\d {2}sent/u)
    expect(await read(bob, alice)).toEqual(['hello, Bob'])
  })

  it('corrects, takes back, reacts, and says when messages disappear', async () => {
    const sent = await bob.send({ to: alice.accountId, text: 'hello, Alice' })
    expect(sent.ok).toBe(true)
    await using sitting = new Sitting(alice)
    await sitting.until(/hello, Alice/u)
    sitting.enter('/react nothing')
    await sitting.until(/─ A reaction is one emoji\./u)
    sitting.enter('/react 🎉')
    await sitting.until(/^.*│ {3}🎉$/mu)
    sitting.enter('/react 🎉')
    await expect.poll(() => sitting.screen.text, PATIENCE).not.toContain('🎉')
    sitting.enter('/edit hello, dear Bob')
    await sitting.until(/hello, dear Bob +\d\d:\d\d, edited {2}sent/u)
    sitting.enter('/timer soon')
    await sitting.until(/─ A timer is/u)
    sitting.enter('/timer send 1h')
    await sitting.until(/messages disappear 1 hour after they were sent/u)
    sitting.enter('/unsend')
    await expect.poll(() => sitting.screen.text, PATIENCE).not.toContain('dear Bob')
    expect(await read(bob, alice)).not.toContain('hello, dear Bob')
    expect(bob.contacts.findTimer(alice.accountId)).toEqual({ mode: 'after_send', seconds: 3600 })
  })

  it('blocks, and lets in again', async () => {
    await using sitting = new Sitting(alice)
    await sitting.until(/› Bob/u)
    sitting.enter('/block')
    await sitting.until(/^ Bob · blocked/mu)
    sitting.enter('/unblock')
    await sitting.until(/^ Bob · messages/mu)
  })

  it('takes up an invitation into a group, and shows who says what there', async () => {
    const carol = createPerson()
    // Drawn it would be what the screen calls its owner.
    await carol.updateProfile({ name: 'Y\u200Bou ' })
    const created = await carol.groups.create({ name: 'Garden', members: [alice.accountId] })
    if (!created.ok) throw created.error
    await using sitting = new Sitting(alice)
    await sitting.until(/Requests[\s\S]*Garden +# /u)
    while (sitting.session.state.chosen !== created.value) sitting.press('next')
    await sitting.until(/^ Garden · \/accept or \/decline: invitation$/mu)
    sitting.enter('/accept')
    await sitting.until(/^ Garden$/mu)
    await carol.send({ to: created.value, text: 'who waters?' })
    await sitting.until(
      new RegExp(`│ ${carol.accountId.slice(0, 10)}…\\n.*│ {3}who waters\\?`, 'u'),
    )
    sitting.enter('I do')
    await sitting.until(/ {2}I do +\d\d:\d\d {2}sent/u)
    sitting.enter('/block')
    await sitting.until(/─ Only an account can be blocked\./u)
  })

  it('finds what was said, and has nothing to send again', async () => {
    await using sitting = new Sitting(alice)
    await sitting.until(/│ {3}I do/u)
    sitting.enter('/search hello')
    await sitting.until(/1 found for “hello”/u)
    sitting.press('markUp')
    sitting.press('send')
    await sitting.until(/^ Bob[\s\S]*▌ hello, Alice/u)
    sitting.press('escape')
    sitting.enter('/again')
    await sitting.until(/─ Everything was sent\./u)
  })

  it('keeps a draft for the next time', async () => {
    {
      await using sitting = new Sitting(alice)
      sitting.write('half')
      sitting.press('newline')
      sitting.write('a thought')
    }
    await using sitting = new Sitting(alice)
    await sitting.until(/^> half\n {2}a thought$/mu)
  })

  it('says that there is no network, and keeps what cannot be sent to send it again', async () => {
    const ports = resources.use(openPorts())
    const lonely = createMessenger({
      account: deriveAccount(createAccountSeed(systemRandomness)),
      network: { seedUrls: ['http://127.0.0.1:1'] },
      ports,
    })
    resources.defer(() => lonely.close())
    await using sitting = new Sitting(lonely)
    await sitting.until(/offline$[\s\S]*─ No node could be found/mu)
    sitting.enter(`/to ${bob.accountId}`)
    sitting.enter('hello, bob?')
    await sitting.until(/hello, bob\? +\d\d:\d\d {2}waits for their keys/u)
    sitting.enter(`/to ${lonely.accountId}`)
    sitting.enter('hello?')
    await sitting.until(/hello\? +\d\d:\d\d {2}not sent/u)
    const [failed] = lonely.conversations.messages(lonely.accountId, { limit: 1 })
    if (failed === undefined) throw new Error('a message')
    sitting.enter('/again')
    await expect.poll(() => lonely.conversations.find(failed), PATIENCE).toBeUndefined()
    await sitting.until(/hello\? +\d\d:\d\d {2}not sent/u)
    expect(sitting.screen.text.match(/hello\?/gu)).toHaveLength(1)
  })

  it('says that the network is gone, and that it is back when nothing new has come', async () => {
    const ports = resources.use(openPorts())
    const { transport } = ports
    const unreachable = Promise.resolve(err({ kind: 'unreachable' } as const))
    let isOffline = false
    const messenger = createMessenger({
      account: deriveAccount(createAccountSeed(systemRandomness)),
      network: { seedUrls: [network.seedUrl] },
      ports: {
        ...ports,
        transport: {
          post: (request) => (isOffline ? unreachable : transport.post(request)),
          get: (reading) => (isOffline ? unreachable : transport.get(reading)),
        },
      },
    })
    resources.defer(() => messenger.close())
    await messenger.poll()
    isOffline = true
    await using sitting = new Sitting(messenger)
    await sitting.until(/offline$/mu)
    isOffline = false
    await expect.poll(() => sitting.screen.text, PATIENCE).not.toMatch(/offline$/mu)
  })
})
