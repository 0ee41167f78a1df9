/** Whoever opened the ports may close them as soon as the messenger says that it is closed, whatever was under way. */
import { describe, expect, it } from 'vitest'
import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { TIMER_OFF } from '@sotto/protocol/session'
import { createSource } from '../../test/file-story.ts'
import { SEED_URL, SimulatedNetwork } from '../../test/simulated-network.ts'
import { codeOf, createAccount } from '../../test/simulated-person.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { zstdCompression } from '../../test/zstd-compression.ts'
import { MemoryFileStore } from '../memory/index.ts'
import type { Transport } from '../ports/index.ts'
import { createMessenger, type Messenger } from './index.ts'

const BOB = createAccount('bob').accountId
const GROUP = `03${'a'.repeat(64)}` as const
const FILES = {
  url: 'http://files.example:8080',
  key: deriveSigningKeyPair(new Uint8Array(32)).publicKey,
}
const SOURCE = createSource(Uint8Array.of(1, 2, 3))
/** One pixel. */
const GIF = concatBytes([
  encodeUtf8('GIF89a'),
  Uint8Array.of(1, 0, 1, 0, 0, 0, 0),
  Uint8Array.of(0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0),
  Uint8Array.of(0x3b),
])

/** Answers so many requests, and then keeps everybody waiting. */
function fallSilent(network: SimulatedNetwork, answers: number): Transport & { count: number } {
  const { promise: never } = Promise.withResolvers<never>()
  return {
    count: 0,
    post(request) {
      this.count += 1
      return this.count > answers ? never : network.post(request)
    },
    get: () => never,
  }
}

function open(network: SimulatedNetwork, transport: Transport) {
  const { clock, randomness } = network
  const database = openSqlite()
  const messenger = createMessenger({
    ports: {
      transport,
      clock,
      randomness,
      database,
      compression: zstdCompression,
      files: new MemoryFileStore(),
    },
    network: { seedUrls: [SEED_URL], fileServers: [FILES] },
    account: createAccount('alice'),
  })
  return { messenger, database }
}

const CALLS: readonly (readonly [string, (messenger: Messenger) => Promise<unknown>])[] = [
  ['send', (messenger) => messenger.send({ to: BOB, text: 'hello' })],
  ['poll', (messenger) => messenger.poll()],
  ['resume', (messenger) => messenger.resume()],
  ['updateProfile', (messenger) => messenger.updateProfile({ name: 'Alice' })],
  ['eraseNetworkCopies', (messenger) => messenger.eraseNetworkCopies()],
  ['path', (messenger) => messenger.path()],
  ['contacts.decline', (messenger) => messenger.contacts.decline(BOB)],
  ['contacts.forget', (messenger) => messenger.contacts.forget(BOB)],
  ['contacts.change', (messenger) => messenger.contacts.change(BOB, { isBlocked: true })],
  ['contacts.accept', (messenger) => messenger.contacts.accept(BOB)],
  ['contacts.setTimer', (messenger) => messenger.contacts.setTimer(BOB, TIMER_OFF)],
  ['groups.create', (messenger) => messenger.groups.create({ name: 'We', members: [BOB] })],
  ['files.upload', (messenger) => messenger.files.upload({ source: SOURCE })],
  ['files.uploadPicture', (messenger) => messenger.files.uploadPicture(GIF)],
  [
    'files.fetchPicture',
    (messenger) =>
      messenger.files.fetchPicture({ url: `${FILES.url}/file/7#d=`, key: new Uint8Array(32) }),
  ],
  ['groups.rename', (messenger) => messenger.groups.rename(GROUP, 'Us')],
  ['groups.leave', (messenger) => messenger.groups.leave(GROUP)],
  ['conversations.markUnread', (messenger) => messenger.conversations.markUnread(BOB)],
  ['conversations.deleteHere', (messenger) => messenger.conversations.deleteHere([])],
  ['conversations.markRead', (messenger) => messenger.conversations.markRead(BOB, 1)],
]

describe('closing while something is under way', () => {
  it.each(CALLS)('ends %s before the ports may go, wherever it waits', async (_, call) => {
    for (const answers of [0, 1, 2, 3, 5, 8, 13, 21]) {
      const network = new SimulatedNetwork({ nodes: 12 })
      const transport = fallSilent(network, answers)
      const { messenger, database } = open(network, transport)
      const called = call(messenger)
      // Only reads of what has settled: the clock stands still, so nothing times out.
      await network.clock.advance(0)
      await network.settle(messenger.close())
      database[Symbol.dispose]()
      await called
      await network.clock.advance(60_000)
      expect(network.clock.pending).toBe(0)
    }
  })

  it.each([0, 1, 2, 3, 5, 8, 13, 21])(
    'takes no time after %i answers, though whoever is refused would try again later',
    async (answers) => {
      const network = new SimulatedNetwork({ nodes: 12 })
      const { messenger, database } = open(network, fallSilent(network, answers))
      const before = network.clock.now()
      const called = [messenger.poll(), messenger.send({ to: BOB, text: 'hello' })]
      await network.clock.advance(0)
      await network.settle(messenger.close())
      await Promise.all(called)
      database[Symbol.dispose]()
      expect(network.clock.now()).toBe(before)
    },
  )

  it('says of a message that was under way that it waits, or that it did not go out', async () => {
    const network = new SimulatedNetwork({ nodes: 12 })
    const { messenger } = open(network, fallSilent(network, 4))
    const sending = messenger.send({ to: BOB, text: 'hello' })
    await network.clock.advance(0)
    await network.settle(messenger.close())
    expect(codeOf(await sending)).not.toBe('closed')
    const [message] = messenger.conversations.messages(BOB, { limit: 1 })
    // Nobody had answered about Bob's keys.
    expect(message && messenger.conversations.delivery(message)?.state).toBe('awaiting_keys')
  })

  it('stops whoever follows, in the midst of a round', async () => {
    const network = new SimulatedNetwork({ nodes: 12 })
    const { messenger, database } = open(network, fallSilent(network, 6))
    const failures: string[] = []
    messenger.follow({
      onEvents: () => undefined,
      onFailure: ({ code }) => failures.push(code),
    })
    await network.clock.advance(0)
    await network.settle(messenger.close())
    database[Symbol.dispose]()
    await network.clock.advance(60_000)
    expect(failures).toHaveLength(1)
    expect(network.clock.pending).toBe(0)
  })

  it('closes twice as well as once', async () => {
    const network = new SimulatedNetwork({ nodes: 12 })
    const { messenger, database } = open(network, fallSilent(network, 3))
    const sending = messenger.send({ to: BOB, text: 'hello' })
    await network.clock.advance(0)
    await network.settle(Promise.all([messenger.close(), messenger.close()]))
    database[Symbol.dispose]()
    expect(codeOf(await sending)).toBeTruthy()
  })

  it.each(CALLS.filter(([name]) => name !== 'resume'))('refuses %s afterwards', async (_, call) => {
    const network = new SimulatedNetwork({ nodes: 12 })
    const { messenger, database } = open(network, network)
    await messenger.close()
    database[Symbol.dispose]()
    const answer = await call(messenger)
    expect(answer).toMatchObject(
      answer instanceof Error ? { code: 'closed' } : { ok: false, error: { code: 'closed' } },
    )
  })
})
