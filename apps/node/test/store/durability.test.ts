/** What survives a kill, a restart and a full disk. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import type { NewMessage } from '../../src/store/message-store.ts'
import {
  ALICE,
  createMessage,
  listHashes,
  NOW_MS,
  openFileStore,
  retrieve,
  storeAll,
} from './store-fixture.ts'

const HASH_LINE_CHARACTERS = 44
/** Room for about thirty of the messages below. */
const SMALL_BYTES = 256 * 1024
const MESSAGE_BYTES = 6000

function createFolder() {
  return mkdtempDisposableSync(join(tmpdir(), 'sotto-store-'))
}

function createLargeMessage(index: number): NewMessage {
  return createMessage({ data: new Uint8Array(MESSAGE_BYTES).fill(index) })
}

/** Lets the writer store until it has acknowledged `count`, then kills it; gives what it acknowledged. */
async function killWriter(path: string, count: number): Promise<readonly string[]> {
  const writer = spawn(process.execPath, [join(import.meta.dirname, 'crash-writer.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  writer.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    if (output.length >= count * HASH_LINE_CHARACTERS) writer.kill('SIGKILL')
  })
  await once(writer, 'close')
  expect(writer.signalCode).toBe('SIGKILL')
  // The last line may have been cut.
  return output.split('\n').slice(0, -1)
}

describe('a killed node', () => {
  it(
    'has every message that it acknowledged, each time it is killed',
    { timeout: 60_000 },
    async () => {
      using folder = createFolder()
      const path = join(folder.path, 'messages.sqlite')
      for (const count of [1, 300, 1000]) {
        const acknowledged = await killWriter(path, count)
        expect(acknowledged.length).toBeGreaterThanOrEqual(count)
        await using store = openFileStore(path)
        expect(store.expiries(ALICE, acknowledged, NOW_MS).size).toBe(new Set(acknowledged).size)
      }
    },
  )
})

describe('a restarted node', () => {
  it('has its messages, in their order', async () => {
    using folder = createFolder()
    const path = join(folder.path, 'messages.sqlite')
    const messages = ['b', 'a', 'c'].map((text) => createMessage({ text }))
    {
      await using store = openFileStore(path)
      await storeAll(store, messages)
    }
    await using store = openFileStore(path)
    expect(listHashes(retrieve(store))).toEqual(messages.map(({ hash }) => hash))
  })

  it('has what was still waiting for its commit when it was stopped in order', async () => {
    using folder = createFolder()
    const path = join(folder.path, 'messages.sqlite')
    const message = createMessage()
    {
      await using store = openFileStore(path)
      void store.store(message)
    }
    await using store = openFileStore(path)
    expect(listHashes(retrieve(store))).toEqual([message.hash])
  })

  it('refuses a write after it was stopped, and does not throw', async () => {
    using folder = createFolder()
    const store = openFileStore(join(folder.path, 'messages.sqlite'))
    await store[Symbol.asyncDispose]()
    expect(await store.store(createMessage())).toEqual({ ok: false, error: 'failed' })
  })

  it('does not open a file of a later version, whose rules it does not know', async () => {
    using folder = createFolder()
    const path = join(folder.path, 'messages.sqlite')
    await openFileStore(path)[Symbol.asyncDispose]()
    const database = new Database(path)
    database.pragma('user_version = 1000')
    database.close()
    expect(() => openFileStore(path)).toThrow('schema 1000')
  })

  it('writes through a log, so that readers never wait for a commit', async () => {
    using folder = createFolder()
    const path = join(folder.path, 'messages.sqlite')
    await using store = openFileStore(path)
    await storeAll(store, [createMessage()])
    const database = new Database(path)
    expect(database.pragma('journal_mode', { simple: true })).toBe('wal')
    database.close()
  })
})

describe('a full disk', () => {
  async function fill(store: ReturnType<typeof openFileStore>) {
    const messages = Array.from({ length: 100 }, (_, index) => createLargeMessage(index))
    const answers = await Promise.all(messages.map((message) => store.store(message)))
    const kept = messages.filter((_, index) => answers[index]?.ok)
    return { kept, refused: answers.filter((answer) => !answer.ok) }
  }

  it('refuses what does not fit and keeps exactly what it acknowledged', async () => {
    using folder = createFolder()
    const path = join(folder.path, 'messages.sqlite')
    await using store = openFileStore(path, SMALL_BYTES)
    const { kept, refused } = await fill(store)
    expect(kept.length).toBeGreaterThan(10)
    expect(refused.length).toBeGreaterThan(10)
    expect(refused.every((answer) => !answer.ok && answer.error === 'full')).toBe(true)
    expect(listHashes(retrieve(store))).toEqual(kept.map(({ hash }) => hash))
    const database = new Database(path, { readonly: true })
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    database.close()
  })

  it('keeps the old message of an outbox when the new one does not fit', async () => {
    using folder = createFolder()
    await using store = openFileStore(join(folder.path, 'messages.sqlite'), SMALL_BYTES)
    const outbox = { namespace: -21, replacesOthers: true }
    const old = createMessage({ ...outbox, text: 'old' })
    await storeAll(store, [old])
    await fill(store)
    const large = createMessage({ ...outbox, data: new Uint8Array(70_000) })
    expect(await store.store(large)).toEqual({ ok: false, error: 'full' })
    expect(listHashes(retrieve(store, { namespace: -21 }))).toEqual([old.hash])
  })

  it('still reads and deletes, and takes messages again when there is room', async () => {
    using folder = createFolder()
    await using store = openFileStore(join(folder.path, 'messages.sqlite'), SMALL_BYTES)
    const { kept } = await fill(store)
    const gone = kept.slice(0, 5).map(({ hash }) => hash)
    expect(await store.delete(ALICE, gone)).toEqual({ ok: true, value: gone })
    expect(await store.store(createLargeMessage(200))).toMatchObject({ ok: true })
  })

  it('makes room by the sweep alone', async () => {
    using folder = createFolder()
    await using store = openFileStore(join(folder.path, 'messages.sqlite'), SMALL_BYTES)
    const { kept } = await fill(store)
    const end = (kept[0]?.expiryMs ?? 0) + 1
    expect(await store.sweep(end, 10)).toEqual({ ok: true, value: 10 })
    expect(await store.store(createLargeMessage(200))).toMatchObject({ ok: true })
  })
})
