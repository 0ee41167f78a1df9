/** Files in the session behind the screen: sent with `/attach`, shown, and saved with a key, over a real file server. */
import {
  type DisposableTempDir,
  mkdtempDisposableSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMessenger, type Messenger } from '@sotto/client/engine'
import { systemClock } from '@sotto/client-node/clock'
import { openPorts } from '@sotto/client-node/ports'
import { createAccountSeed, deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChatSession } from '../src/chat/chat-session.ts'
import { TerminalScreen } from './terminal-screen.ts'

const NETWORK_MS = 120_000
const PATIENCE = { timeout: 60_000, interval: 100 }
const SIZE = { columns: 100, rows: 30 }
const NOTE = 'the key is under the mat'
const FILM_BYTES = 11_000_000

let network: Network
let scratch: DisposableTempDir
let alice: Messenger
let bob: Messenger
const resources = new AsyncDisposableStack()

class Sitting implements AsyncDisposable {
  readonly screen: TerminalScreen = new TerminalScreen(SIZE)
  readonly session: ChatSession
  readonly #run: Promise<void>

  constructor(messenger: Messenger) {
    const write = (text: string): void => {
      this.screen.write(text)
    }
    const screen = { size: SIZE, write, suspend: () => undefined }
    const folder = scratch.path
    const parts = { messenger, clock: systemClock, screen, folder, hasColour: true }
    this.session = new ChatSession(parts)
    this.#run = this.session.run(undefined, Promise.withResolvers<void>().promise)
  }

  press(name: 'save' | 'send' | 'leave'): void {
    this.session.take({ kind: 'key', key: { kind: 'press', name } })
  }

  enter(text: string): void {
    this.session.take({ kind: 'key', key: { kind: 'text', text } })
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

function createPerson(): Messenger {
  const ports = resources.use(openPorts())
  const fileServers = (network.describe().fileServers ?? []).flatMap(({ url, ed25519 }) => {
    const key = toEd25519PublicKey(Buffer.from(ed25519, 'hex'))
    return key === undefined ? [] : [{ url, key }]
  })
  const messenger = createMessenger({
    account: deriveAccount(createAccountSeed(systemRandomness)),
    network: { seedUrls: [network.seedUrl], fileServers },
    ports,
  })
  resources.defer(() => messenger.close())
  return messenger
}

function at(name: string): string {
  return join(scratch.path, name)
}

beforeAll(async () => {
  scratch = resources.use(mkdtempDisposableSync(join(tmpdir(), 'sotto-chat-files-')))
  network = await startNetwork({ nodes: 8, seed: 'chat-files', driver: 'in-process', files: 1 })
  resources.defer(() => network[Symbol.asyncDispose]())
  alice = createPerson()
  bob = createPerson()
  await alice.send({ to: bob.accountId, text: 'hello, Bob' })
  await bob.poll({ members: 3 })
  await bob.send({ to: alice.accountId, text: 'hello, Alice' })
  writeFileSync(at('a note.txt'), NOTE)
  writeFileSync(at('film.bin'), Buffer.alloc(FILM_BYTES, 'frame '))
}, NETWORK_MS)

afterAll(() => resources.disposeAsync())

describe('files in a session', { timeout: NETWORK_MS }, () => {
  it('go out with a command, come in, and are saved with a key', async () => {
    await using sending = new Sitting(alice)
    await sending.until(/hello, Alice/u)
    sending.enter(`/attach ${at('a note.txt')}`)
    await sending.until(/\[a note\.txt, 24 bytes – on this device\] +\d\d:\d\d {2}sent/u)
    await using receiving = new Sitting(bob)
    await receiving.until(/\[a note\.txt, 24 bytes – not fetched\] +\d\d:\d\d/u)
    await receiving.until(/─ Ctrl-S saves a note\.txt into the folder/u)
    receiving.press('save')
    await receiving.until(/\[a note\.txt, 24 bytes – saved\][\s\S]*─ Saved as .*a note \(2\)\.txt/u)
    expect(readFileSync(at('a note (2).txt'), 'utf8')).toBe(NOTE)
    receiving.press('save')
    await receiving.until(/─ All of its files are saved, or under way\./u)
  })

  it('that are large are shown as such, and arrive whole', async () => {
    await using sending = new Sitting(alice)
    await sending.until(/hello, Alice/u)
    sending.enter(`/attach ${at('film.bin')}`)
    await sending.until(/─ Sending film\.bin: \d+ %/u)
    await using receiving = new Sitting(bob)
    await receiving.until(/\[film\.bin, a large file – not fetched\]/u)
    receiving.press('save')
    await receiving.until(/\[film\.bin, a large file – saved\]/u)
    expect(readFileSync(at('film (2).bin')).equals(readFileSync(at('film.bin')))).toBe(true)
  })

  it('that cannot be had say why, and leave nothing behind', async () => {
    const before = readdirSync(scratch.path)
    const url = `${network.describe().fileServers?.[0]?.url}/file/1#d=`
    const [pointer] = await lookAtPointers()
    if (pointer === undefined) throw new Error('a pointer')
    await alice.send({
      to: bob.accountId,
      text: '',
      attachments: [Object.assign(pointer, { url })],
    })
    await using receiving = new Sitting(bob)
    await receiving.until(/\[gone\.txt, 24 bytes – not fetched\]/u)
    receiving.press('save')
    await receiving.until(/─ The file server does not have the file any more/u)
    await receiving.until(/\[gone\.txt, 24 bytes – not fetched\]/u)
    expect(readdirSync(scratch.path)).toEqual(before)
  })

  it('that are not there cannot be sent', async () => {
    await using sending = new Sitting(alice)
    await sending.until(/hello, Alice/u)
    sending.enter(`/attach ${at('nothing')}`)
    await sending.until(/nothing cannot be read\./u)
  })
})

it(
  'a file that was not sent goes along when its message is sent again',
  { timeout: NETWORK_MS },
  async () => {
    const ports = resources.use(openPorts())
    const lonely = createMessenger({
      account: deriveAccount(createAccountSeed(systemRandomness)),
      network: { seedUrls: ['http://127.0.0.1:1'] },
      ports,
    })
    resources.defer(() => lonely.close())
    const attachments = await lookAtPointers()
    await lonely.send({ to: lonely.accountId, text: '', attachments })
    const [failed] = lonely.conversations.messages(lonely.accountId, { limit: 1 })
    if (failed === undefined) throw new Error('a message')
    await using sitting = new Sitting(lonely)
    await sitting.until(/\[gone\.txt, 24 bytes – not fetched\] +\d\d:\d\d {2}not sent/u)
    sitting.enter('/again')
    await expect.poll(() => lonely.conversations.find(failed), PATIENCE).toBeUndefined()
    await sitting.until(/\[gone\.txt, 24 bytes – not fetched\] +\d\d:\d\d {2}not sent/u)
    const [again] = lonely.conversations.messages(lonely.accountId, { limit: 1 })
    expect(again?.details.attachments).toEqual(failed.details.attachments)
  },
)

/** As it goes into a message. */
async function lookAtPointers() {
  const bytes = Buffer.from(NOTE)
  const uploaded = await alice.files.upload({
    source: {
      fileName: 'gone.txt',
      contentType: 'text/plain',
      byteLength: bytes.length,
      read: async (start, end) => bytes.subarray(start, end),
    },
  })
  return uploaded.ok ? [uploaded.value] : []
}
