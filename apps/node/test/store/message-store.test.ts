/** What a node keeps and gives back (spec 03 §4). */
import { describe, expect, it } from 'vitest'
import {
  ALICE,
  BOB,
  createMessage,
  HOUR_MS,
  listHashes,
  NOW_MS,
  openMemoryStore,
  retrieve,
  storeAll,
} from './store-fixture.ts'

describe('store', () => {
  it('gives back exactly what was stored', async () => {
    await using store = openMemoryStore()
    const message = createMessage({ data: Uint8Array.of(0, 255, 10, 0) })
    expect(await store.store(message)).toEqual({
      ok: true,
      value: { already: false, expiryMs: message.expiryMs },
    })
    const { hash, timestampMs, expiryMs, data } = message
    const [found] = retrieve(store).messages
    expect({ ...found, data: Uint8Array.from(found?.data ?? []) }).toEqual({
      hash,
      timestampMs,
      expiryMs,
      data,
    })
  })

  it('keeps an empty message apart from no message', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [createMessage({ text: '' })])
    expect(retrieve(store).messages[0]?.data).toHaveLength(0)
  })

  it('keeps a duplicate once and says that it was there already', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [createMessage()])
    const again = await store.store(createMessage())
    expect(again).toMatchObject({ ok: true, value: { already: true } })
    expect(retrieve(store).messages).toHaveLength(1)
  })

  it('keeps a message whose hash a stranger occupied through another namespace', async () => {
    await using store = openMemoryStore()
    const planted = createMessage({ text: '11config' })
    const own = createMessage({ text: 'config', namespace: 11 })
    expect(planted.hash).toBe(own.hash)
    await storeAll(store, [planted])
    expect(await store.store(own)).toMatchObject({ ok: true, value: { already: false } })
    expect(retrieve(store, { namespace: 11 }).messages).toHaveLength(1)
    expect(await store.delete(ALICE, [own.hash])).toEqual({ ok: true, value: [own.hash] })
    expect(retrieve(store, { namespace: 11 }).messages).toHaveLength(0)
  })

  it('lets a duplicate prolong a message', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [createMessage()])
    const later = NOW_MS + 2 * HOUR_MS
    expect(await store.store(createMessage({ expiryMs: later }))).toEqual({
      ok: true,
      value: { already: true, expiryMs: later },
    })
    expect(retrieve(store).messages[0]?.expiryMs).toBe(later)
  })

  it('never lets a duplicate shorten a message, or anybody could end a public one', async () => {
    await using store = openMemoryStore()
    const message = createMessage()
    await storeAll(store, [message])
    const sooner = createMessage({ expiryMs: NOW_MS + 10_000 })
    expect(await store.store(sooner)).toEqual({
      ok: true,
      value: { already: true, expiryMs: message.expiryMs },
    })
    expect(retrieve(store).messages[0]?.expiryMs).toBe(message.expiryMs)
  })

  it('stores a duplicate in the same commit once', async () => {
    await using store = openMemoryStore()
    const [first, second] = await Promise.all([
      store.store(createMessage()),
      store.store(createMessage()),
    ])
    expect(first).toMatchObject({ value: { already: false } })
    expect(second).toMatchObject({ value: { already: true } })
  })

  it('keeps the same bytes for two accounts and two namespaces as four messages', async () => {
    await using store = openMemoryStore()
    const boxes = [ALICE, BOB].flatMap((account) =>
      [0, 2].map((namespace) => ({ account, namespace })),
    )
    await storeAll(
      store,
      boxes.map((box) => createMessage(box)),
    )
    for (const box of boxes) expect(retrieve(store, box).messages).toHaveLength(1)
  })
})

describe('a public outbox', () => {
  const draft = { namespace: -21, replacesOthers: true }

  it('keeps only the newest message, also when it was the account’s only one (trap 23)', async () => {
    await using store = openMemoryStore()
    const newest = createMessage({ ...draft, text: 'second' })
    await storeAll(store, [createMessage({ ...draft, text: 'first' }), newest])
    expect(listHashes(retrieve(store, { namespace: -21 }))).toEqual([newest.hash])
  })

  it('leaves other namespaces and other accounts alone', async () => {
    await using store = openMemoryStore()
    const kept = [
      createMessage({ ...draft, namespace: -1 }),
      createMessage({ ...draft, account: BOB }),
      createMessage(),
    ]
    await storeAll(store, [...kept, createMessage({ ...draft, text: 'replaces nothing' })])
    for (const { account, namespace, hash } of kept) {
      expect(listHashes(retrieve(store, { account, namespace }))).toEqual([hash])
    }
  })

  it('keeps the message when it is stored again', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [createMessage(draft)])
    expect(await store.store(createMessage(draft))).toMatchObject({ value: { already: true } })
    expect(retrieve(store, { namespace: -21 }).messages).toHaveLength(1)
  })
})

describe('retrieve', () => {
  const texts = ['one', 'two', 'three', 'four']
  const messages = texts.map((text, index) => createMessage({ text, timestampMs: NOW_MS - index }))
  const hashes = messages.map(({ hash }) => hash)

  it('keeps the order of insertion, whatever the senders’ clocks say', async () => {
    await using store = openMemoryStore()
    await storeAll(store, messages)
    expect(listHashes(retrieve(store))).toEqual(hashes)
  })

  it('goes on after the last message that a client has', async () => {
    await using store = openMemoryStore()
    await storeAll(store, messages)
    expect(listHashes(retrieve(store, { lastHash: hashes[1] }))).toEqual(hashes.slice(2))
    expect(retrieve(store, { lastHash: hashes[3] })).toEqual({ messages: [], more: false })
  })

  it('begins at the start for a last hash that it does not know', async () => {
    await using store = openMemoryStore()
    await storeAll(store, messages)
    expect(listHashes(retrieve(store, { lastHash: 'A'.repeat(43) }))).toEqual(hashes)
  })

  it('begins at the start for the hash of another account or namespace', async () => {
    await using store = openMemoryStore()
    const others = [createMessage({ account: BOB }), createMessage({ namespace: 2 })]
    await storeAll(store, [...messages, ...others])
    for (const { hash } of others) {
      expect(listHashes(retrieve(store, { lastHash: hash }))).toEqual(hashes)
    }
  })

  it('begins at the start for a last hash that has expired', async () => {
    await using store = openMemoryStore()
    const expired = createMessage({ text: 'gone', expiryMs: NOW_MS })
    await storeAll(store, [...messages, expired])
    expect(listHashes(retrieve(store, { lastHash: expired.hash }))).toEqual(hashes)
  })

  it('never shows an expired message, even before the sweep', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [createMessage({ expiryMs: NOW_MS + 1 })])
    expect(retrieve(store, { nowMs: NOW_MS }).messages).toHaveLength(1)
    expect(retrieve(store, { nowMs: NOW_MS + 1 }).messages).toHaveLength(0)
  })

  it('stops at the count and says that there is more', async () => {
    await using store = openMemoryStore()
    await storeAll(store, messages)
    const page = retrieve(store, { countMax: 3 })
    expect(listHashes(page)).toEqual(hashes.slice(0, 3))
    expect(page.more).toBe(true)
    expect(retrieve(store, { countMax: 4 }).more).toBe(false)
  })

  it('gives one message even when none fits, so that a client always gets on', async () => {
    await using store = openMemoryStore()
    await storeAll(store, messages)
    const page = retrieve(store, { takes: () => false })
    expect(listHashes(page)).toEqual(hashes.slice(0, 1))
    expect(page.more).toBe(true)
  })

  it('gives every message exactly once to a client that pages while others store', async () => {
    await using store = openMemoryStore()
    const seen: string[] = []
    for (const message of messages) {
      await storeAll(store, [message])
      seen.push(...listHashes(retrieve(store, { lastHash: seen.at(-1), countMax: 1 })))
    }
    expect(seen).toEqual(hashes)
  })

  it('gives a message that was stored after a deleted one to a client that saw both ends', async () => {
    await using store = openMemoryStore()
    const [first, last, next] = messages
    if (first === undefined || last === undefined || next === undefined) throw new Error('too few')
    await storeAll(store, [first, last])
    await store.delete(ALICE, [last.hash])
    await storeAll(store, [next])
    expect(listHashes(retrieve(store, { lastHash: first.hash }))).toEqual([next.hash])
  })
})

describe('delete', () => {
  it('deletes what is there and names only that', async () => {
    await using store = openMemoryStore()
    const message = createMessage()
    await storeAll(store, [message])
    const asked = [message.hash, 'A'.repeat(43), message.hash]
    expect(await store.delete(ALICE, asked)).toEqual({ ok: true, value: [message.hash] })
    expect(retrieve(store).messages).toHaveLength(0)
  })

  it('does not delete another account’s message, whose hash is no secret', async () => {
    await using store = openMemoryStore()
    const message = createMessage({ account: BOB })
    await storeAll(store, [message])
    expect(await store.delete(ALICE, [message.hash])).toEqual({ ok: true, value: [] })
    expect(retrieve(store, { account: BOB }).messages).toHaveLength(1)
  })

  it('empties one namespace', async () => {
    await using store = openMemoryStore()
    const kept = createMessage({ namespace: 2 })
    const gone = createMessage()
    await storeAll(store, [kept, gone, createMessage({ account: BOB })])
    expect(await store.deleteRange({ account: ALICE, namespace: 0 })).toEqual({
      ok: true,
      value: [{ hash: gone.hash, namespace: 0 }],
    })
    expect(retrieve(store, { namespace: 2 }).messages).toHaveLength(1)
    expect(retrieve(store, { account: BOB }).messages).toHaveLength(1)
  })

  it('empties every namespace of one account', async () => {
    await using store = openMemoryStore()
    const gone = [createMessage(), createMessage({ namespace: -3 })]
    await storeAll(store, [...gone, createMessage({ account: BOB })])
    const deleted = await store.deleteRange({ account: ALICE, namespace: 'all' })
    expect(deleted.ok && new Set(deleted.value.map(({ hash }) => hash))).toEqual(
      new Set(gone.map(({ hash }) => hash)),
    )
    expect(retrieve(store, { account: BOB }).messages).toHaveLength(1)
  })

  it('deletes up to a time, and at that time', async () => {
    await using store = openMemoryStore()
    const at = createMessage({ text: 'at', timestampMs: NOW_MS })
    const after = createMessage({ text: 'after', timestampMs: NOW_MS + 1 })
    await storeAll(store, [at, after])
    expect(await store.deleteRange({ account: ALICE, namespace: 0, sentUntilMs: NOW_MS })).toEqual({
      ok: true,
      value: [{ hash: at.hash, namespace: 0 }],
    })
    expect(listHashes(retrieve(store))).toEqual([after.hash])
  })
})
