/** How a node follows the directory (spec 07 §11.3): whom it asks, when, and what it does with what it gets. */
import { encodeHex } from '@sotto/crypto/bytes'
import { err, ok } from '@sotto/crypto/result'
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import type { FakeClock } from '@sotto/testkit/fake-clock'
import { describe as suite, expect, it, vi } from 'vitest'
import { createDirectoryCommands } from '../../src/directory/directory-commands.ts'
import type { DirectoryKeeper } from '../../src/directory/directory-keeper.ts'
import { DirectorySync } from '../../src/directory/directory-sync.ts'
import { EpochFiles } from '../../src/directory/epoch-files.ts'
import type { PeerRequest } from '../../src/swarm/peer-client.ts'
import { createTestFolder } from '../network/test-nodes.ts'
import {
  AUTHORITY_KEYS,
  createDocument,
  createKeeper,
  describe,
  encode,
  EPOCH_MS,
  followDocument,
  keyOf,
  NODE_COUNT,
  recordOf,
} from './directory-fixture.ts'

const FIRST = createDocument()
const NEXT = followDocument(FIRST)
const ASKING_STARTS_MS = (EPOCH_MS * 7) / 8
const RETRY_MS = EPOCH_MS / 16

interface Asked {
  readonly key: string
  readonly command: number
  readonly body: readonly number[]
  readonly atMs: number
}

interface Bench extends AsyncDisposable {
  readonly clock: FakeClock
  readonly keeper: DirectoryKeeper
  readonly files: EpochFiles
  readonly sync: DirectorySync
  readonly asked: Asked[]
  readonly refused: string[]
  /** Keys of nodes to which a link is open. */
  readonly linked: Set<string>
  answer: (request: PeerRequest) => Uint8Array | undefined
}

async function createBench(document = FIRST): Promise<Bench> {
  const folder = await createTestFolder()
  const { clock, keeper } = createKeeper(document)
  const beganMs = clock.now()
  const asked: Asked[] = []
  const refused: string[] = []
  const linked = new Set<string>()
  const files = await EpochFiles.open(folder.path)
  const writes: Promise<unknown>[] = []
  const write = files.write.bind(files)
  files.write = (epoch, bytes) => {
    const written = write(epoch, bytes)
    writes.push(written)
    return written
  }
  const request = async ({ ed25519 }: NodeRecord, { command, body, timeoutMs }: PeerRequest) => {
    const atMs = clock.now() - beganMs
    asked.push({ key: encodeHex(ed25519), command, body: [...body], atMs })
    const answer = bench.answer({ command, body, timeoutMs })
    return answer === undefined ? err({ kind: 'timeout' as const }) : ok(answer)
  }
  const sync = new DirectorySync({
    keeper,
    files,
    peers: { request },
    clock,
    randomness: createSeededRandomness('directory sync'),
    ownKey: keyOf(0),
    hasLink: (key) => linked.has(key),
    onRefused: (code) => refused.push(code),
  })
  sync.start()
  const bench: Bench = {
    clock,
    keeper,
    files,
    sync,
    asked,
    refused,
    linked,
    answer: () => new Uint8Array(),
    async [Symbol.asyncDispose]() {
      sync[Symbol.dispose]()
      keeper[Symbol.dispose]()
      await Promise.allSettled(writes)
      await folder[Symbol.asyncDispose]()
    },
  }
  return bench
}

suite('a node that follows the directory', () => {
  it('asks one other node for the next document when it should be there', async () => {
    await using bench = await createBench()
    await bench.clock.advance(ASKING_STARTS_MS - 1)
    expect(bench.asked).toEqual([])
    bench.answer = () => encode(NEXT)
    await bench.clock.advance(RETRY_MS + 1)
    expect(bench.asked).toHaveLength(1)
    expect(bench.asked[0]).toMatchObject({ command: COMMANDS.epochDocument, body: [0, 0, 0, 11] })
    expect(bench.asked[0]?.key).not.toBe(keyOf(0))
    expect(bench.keeper.newest?.content.epoch).toBe(11)
    await bench.clock.advance(EPOCH_MS / 2)
    expect(bench.asked).toHaveLength(1)
  })

  it('keeps what it got on its disk, before the epoch begins', async () => {
    await using bench = await createBench()
    bench.answer = () => encode(NEXT)
    await bench.clock.advance(EPOCH_MS - 1)
    await vi.waitFor(() => expect(bench.files.epochs).toEqual([11]))
    expect(new Uint8Array((await bench.files.read(11)) ?? [])).toEqual(encode(NEXT))
  })

  it('keeps what came another way, when its epoch begins', async () => {
    await using bench = await createBench()
    bench.keeper.accept(encode(NEXT))
    await bench.clock.advance(EPOCH_MS)
    await vi.waitFor(() => expect(bench.files.epochs).toEqual([11]))
  })

  it.each([
    ['nobody answers', undefined],
    ['there is no news', new Uint8Array()],
    ['it gets garbage', Uint8Array.of(1, 2, 3)],
    ['it gets a document that nobody signed', encode(followDocument(FIRST, { signers: [] }))],
  ])('asks again and again while %s, but not in a hurry', async (_name, answer) => {
    await using bench = await createBench()
    bench.answer = () => answer
    await bench.clock.advance(2 * EPOCH_MS)
    const times = bench.asked.map(({ atMs }) => atMs)
    expect(times.length).toBeGreaterThan(8)
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(RETRY_MS / 2)
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1.5 * RETRY_MS)
    expect(new Set(bench.asked.map(({ key }) => key)).size).toBe(NODE_COUNT - 1)
    expect(bench.keeper.newest?.content.epoch).toBe(10)
  })

  it('asks first where a link is open, then an authority, then anybody, in turns', async () => {
    const records = Array.from({ length: 40 }, (_, index) =>
      recordOf(index, index < 2 ? { roles: ['storage', 'directory'] } : {}),
    )
    await using bench = await createBench(createDocument({ records }))
    bench.linked.add(keyOf(20))
    await bench.clock.advance(3 * EPOCH_MS)
    const keys = bench.asked.map(({ key }) => key)
    expect(keys.length).toBeGreaterThan(20)
    const turn = (at: number): string[] => keys.filter((_, index) => index % 3 === at)
    expect(new Set(turn(0))).toEqual(new Set([keyOf(20)]))
    expect(new Set(turn(1))).toEqual(new Set([keyOf(1)]))
    expect(new Set(turn(2)).size).toBeGreaterThan(4)
  })

  it('begins with the first turn again for each document', async () => {
    await using bench = await createBench()
    bench.linked.add(keyOf(3))
    bench.answer = ({ body }) => (body[3] === 11 ? encode(NEXT) : new Uint8Array())
    await bench.clock.advance(2 * EPOCH_MS)
    expect(bench.asked[0]).toMatchObject({ key: keyOf(3), body: [0, 0, 0, 11] })
    expect(bench.asked[1]).toMatchObject({ key: keyOf(3), body: [0, 0, 0, 12] })
  })

  it('says which documents it refused', async () => {
    await using bench = await createBench()
    const unsigned = followDocument(FIRST, { signers: AUTHORITY_KEYS.slice(0, 2) })
    bench.answer = () => encode(unsigned)
    await bench.clock.advance(EPOCH_MS)
    expect(new Set(bench.refused)).toEqual(new Set(['epoch_signatures']))
    expect(bench.files.epochs).toEqual([])
  })

  it('catches up after epochs that it missed', async () => {
    await using bench = await createBench()
    await bench.clock.advance(5 * EPOCH_MS)
    const later = createDocument({ epoch: 15 })
    bench.answer = () => encode(later)
    await bench.clock.advance(2 * RETRY_MS)
    expect(bench.keeper.document?.content.epoch).toBe(15)
  })

  it('asks nobody while it is alone', async () => {
    await using bench = await createBench(createDocument({ records: [recordOf(0)] }))
    await bench.clock.advance(3 * EPOCH_MS)
    expect(bench.asked).toEqual([])
    expect(bench.clock.pending).toBe(1)
  })

  it('stops when it is told, also while it waits for an answer', async () => {
    await using bench = await createBench()
    bench.answer = () => {
      bench.sync[Symbol.dispose]()
      return new Uint8Array()
    }
    await bench.clock.advance(3 * EPOCH_MS)
    expect(bench.asked).toHaveLength(1)
    expect(bench.clock.pending).toBe(0)
  })

  it('goes on when its disk refuses', async () => {
    await using bench = await createBench()
    bench.files.write = () => Promise.reject(new Error('disk full'))
    bench.answer = () => encode(NEXT)
    await bench.clock.advance(EPOCH_MS)
    expect(bench.keeper.document?.content.epoch).toBe(11)
  })
})

suite('news of an address', () => {
  it('goes to three nodes, never to oneself', async () => {
    await using bench = await createBench()
    const news = describe(0, { host: '10.5.5.5' })
    for (let round = 0; round < 10; round += 1) {
      bench.asked.splice(0)
      bench.sync.spread(news)
      expect(bench.asked).toHaveLength(3)
      expect(new Set(bench.asked.map(({ key }) => key)).size).toBe(3)
      expect(bench.asked.map(({ key }) => key)).not.toContain(keyOf(0))
    }
    expect(bench.asked[0]).toMatchObject({ command: COMMANDS.announce, body: [...news] })
  })

  it('goes to all where there are fewer', async () => {
    await using bench = await createBench(createDocument({ records: [recordOf(0), recordOf(1)] }))
    bench.sync.spread(describe(0))
    expect(bench.asked.map(({ key }) => key)).toEqual([keyOf(1)])
  })
})

suite('what a node tells other nodes', () => {
  const news: Uint8Array[] = []

  function ask(keeper: DirectoryKeeper, command: number, body: Uint8Array) {
    const commands = new Map(
      createDirectoryCommands({ keeper, onNews: (descriptor) => news.push(descriptor) }),
    )
    return commands.get(command)?.(body, recordOf(1))
  }

  const number = (epoch: number): Uint8Array => Uint8Array.of(0, 0, 0, epoch)

  it.each([
    [0, true],
    [10, true],
    [11, true],
    [12, false],
  ])('is its newest document, to who asks from epoch %i on: %s', async (epoch, isNews) => {
    const { keeper } = createKeeper(FIRST)
    keeper.accept(encode(NEXT))
    const answer = await ask(keeper, COMMANDS.epochDocument, number(epoch))
    expect(answer).toEqual(isNews ? encode(NEXT) : new Uint8Array())
  })

  it('is nothing while it has no document', async () => {
    const { keeper } = createKeeper()
    expect(await ask(keeper, COMMANDS.epochDocument, number(0))).toEqual(new Uint8Array())
  })

  it('is the newest descriptor of a node', async () => {
    const { keeper } = createKeeper(FIRST)
    const bytes = describe(1, { host: '10.5.5.5' })
    const { ed25519 } = recordOf(1)
    expect(await ask(keeper, COMMANDS.descriptor, ed25519)).toEqual(new Uint8Array())
    keeper.describe(bytes)
    expect(await ask(keeper, COMMANDS.descriptor, ed25519)).toEqual(bytes)
  })

  it('passes on what is news, once, and not from the buffer that it came in', async () => {
    const { keeper } = createKeeper(FIRST)
    news.splice(0)
    const bytes = describe(1, { host: '10.5.5.5' })
    const buffer = Buffer.from(bytes)
    expect(await ask(keeper, COMMANDS.announce, buffer)).toEqual(Uint8Array.of(1))
    buffer.fill(0)
    expect(await ask(keeper, COMMANDS.announce, Buffer.from(bytes))).toEqual(Uint8Array.of(1))
    expect(await ask(keeper, COMMANDS.announce, describe(99))).toEqual(Uint8Array.of(1))
    expect(news).toEqual([bytes])
    expect(keeper.descriptorOf(keyOf(1))?.bytes).toEqual(bytes)
  })

  it.each([
    ['a question of three bytes', COMMANDS.epochDocument, 3],
    ['a question of five bytes', COMMANDS.epochDocument, 5],
    ['a key of 31 bytes', COMMANDS.descriptor, 31],
    ['a descriptor that is none', COMMANDS.announce, 100],
  ])('is that %s is malformed', async (_name, command, length) => {
    const { keeper } = createKeeper(FIRST)
    expect(await ask(keeper, command, new Uint8Array(length))).toBe('malformed')
  })
})
