/** Which changes a node keeps, how long, and what holds after it forgot them (spec 10 §8.4). */
import { CHANGE_LIFE_MS } from '@sotto/protocol/replication'
import { describe, expect, it } from 'vitest'
import {
  CHANGE_BYTES_PER_ACCOUNT_MAX,
  CHANGES_PER_ACCOUNT_MAX,
} from '../../src/store/change-log.ts'
import type { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import {
  admit,
  admitChanges,
  createDelete,
  createExpire,
  createRevoke,
  listChanges,
  MINUTE_MS,
  toAdmitted,
} from './change-fixture.ts'
import {
  ALICE,
  BOB,
  createMessage,
  HOUR_MS,
  NOW_MS,
  openMemoryStore,
  retrieve,
  storeAll,
} from './store-fixture.ts'

const message = createMessage()
const { hash, expiryMs: END_MS } = message
const OTHER_HASH = 'A'.repeat(43)
const LATER_MS = END_MS + HOUR_MS
const most = CHANGES_PER_ACCOUNT_MAX
/** For megabytes of changes, while other tests run. */
const LONG_TIMEOUT_MS = 60_000
const token = new Uint8Array(36).fill(1)

/** A change of its own each: of repeated ones only the last is kept. */
function createMany(count: number, fromMs = NOW_MS) {
  return Array.from({ length: count }, (_, index) => createDelete([nameOf(index)], fromMs + index))
}

function createEnds(count: number, fromMs: number) {
  return Array.from({ length: count }, (_, index) =>
    createExpire(OTHER_HASH, LATER_MS, { atMs: fromMs + index, isExtend: true }),
  )
}

/** Of messages that nobody has. */
function nameOf(index: number): string {
  return `${index}`.padStart(43, 'A')
}

/** As clients make them, which is quicker than admitting them one by one. */
async function makeMany(store: SqliteMessageStore, changes = createMany(most + 1)): Promise<void> {
  await Promise.all(
    changes.map((change) => store.delete(ALICE, [OTHER_HASH], { atMs: change.atMs, change })),
  )
}

function listDates(store: SqliteMessageStore): readonly number[] {
  return listChanges(store)
    .map(({ atMs }) => atMs)
    .toSorted((a, b) => a - b)
}

function endOf(store: SqliteMessageStore, name = hash): number | undefined {
  return store.expiries(ALICE, [name], NOW_MS).get(name)
}

describe('an account with many changes', () => {
  it('keeps the newest, whatever the order of arrival', async () => {
    await using store = openMemoryStore()
    const changes = createMany(most + 3)
    const mixed = [...changes.slice(most), ...changes.slice(0, most).toReversed()]
    await admitChanges(store, ...mixed)
    expect(listDates(store)).toEqual(changes.slice(3).map(({ atMs }) => atMs))
  })

  it('applies one that is too old to be kept, and says that it did not keep it', async () => {
    await using store = openMemoryStore()
    await makeMany(store, createMany(most))
    await storeAll(store, [createMessage({ storedMs: NOW_MS - HOUR_MS })])
    expect(await admitChanges(store, createDelete([hash], NOW_MS - MINUTE_MS))).toEqual(['covered'])
    expect(retrieve(store).messages).toEqual([])
    expect(listChanges(store)).toHaveLength(most)
  })

  it(
    'keeps the newest that are short enough together, so that long ones cannot fill the disk',
    async () => {
      await using store = openMemoryStore()
      const names = Array.from({ length: 50_000 }, () => OTHER_HASH)
      const long = createDelete([nameOf(0), ...names])
      const kept = Math.floor(CHANGE_BYTES_PER_ACCOUNT_MAX / long.request.length)
      const changes = Array.from({ length: kept + 2 }, (_, index) =>
        createDelete([nameOf(index), ...names], NOW_MS + index),
      )
      await admitChanges(store, ...changes.toReversed())
      expect(kept).toBeGreaterThan(1)
      expect(listDates(store)).toEqual(changes.slice(2).map(({ atMs }) => atMs))
    },
    LONG_TIMEOUT_MS,
  )

  it('does not push out those of another account', async () => {
    await using store = openMemoryStore()
    await admitChanges(store, createDelete([hash], NOW_MS - HOUR_MS, BOB))
    await makeMany(store)
    expect(listDates(store)[0]).toBe(NOW_MS - HOUR_MS)
  })

  it('does not push out revocations, or whoever deletes often would undo them for newcomers', async () => {
    await using store = openMemoryStore()
    await admitChanges(store, createRevoke('revoke_subaccount', [token]))
    await makeMany(store)
    expect(listChanges(store).filter(({ sort }) => sort === 'revocation')).toHaveLength(1)
  })

  it('keeps them in the same way when clients make them', async () => {
    await using store = openMemoryStore()
    await makeMany(store, createMany(most + 2).toReversed())
    expect(listDates(store)).toEqual(createMany(most, NOW_MS + 2).map(({ atMs }) => atMs))
  })
})

describe('a change that is made again by the same bytes', () => {
  const TIMES = [NOW_MS, NOW_MS + 10 * MINUTE_MS, NOW_MS + 5 * MINUTE_MS]

  it.each([
    ['deletion', (atMs: number) => createDelete([hash], atMs)],
    ['shortening', (atMs: number) => createExpire(hash, LATER_MS, { atMs, isShorten: true })],
    ['revocation', (atMs: number) => createRevoke('revoke_subaccount', [token], NOW_MS, atMs)],
  ])(
    'as a %s is kept once, with the latest date, or whoever sees it could push out all others',
    async (_name, create) => {
      await using store = openMemoryStore()
      const verdicts = await admitChanges(store, ...TIMES.map(create))
      expect(verdicts).toEqual(['stored', 'stored', 'covered'])
      expect(listDates(store)).toEqual([NOW_MS + 10 * MINUTE_MS])
    },
  )

  it('as a new end is kept each time, because without the first the message might have ended before the second', async () => {
    await using store = openMemoryStore()
    const create = (atMs: number) => createExpire(hash, LATER_MS, { atMs, isExtend: true })
    await admitChanges(store, ...TIMES.map(create))
    expect(listDates(store)).toHaveLength(3)
  })

  it('does not push out deletions when it is a new end', async () => {
    await using store = openMemoryStore()
    await admitChanges(store, createDelete([hash], NOW_MS - HOUR_MS))
    await admitChanges(store, ...createEnds(most + 1, NOW_MS))
    expect(listDates(store)[0]).toBe(NOW_MS - HOUR_MS)
    expect(listDates(store)).toHaveLength(most + 1)
  })
})

describe('what a forgotten change did', () => {
  const shorter = createMessage({ text: 'shorter' })
  const many = createMany(most, NOW_MS + MINUTE_MS)

  async function forgetChanges(store: SqliteMessageStore): Promise<void> {
    await storeAll(store, [message, shorter])
    await admitChanges(
      store,
      createExpire(hash, LATER_MS, { isExtend: true }),
      createExpire(shorter.hash, NOW_MS + HOUR_MS / 2, { isShorten: true }),
    )
    await makeMany(store, many)
    await admitChanges(store, ...createEnds(most, NOW_MS + MINUTE_MS))
    expect(listChanges(store)).toHaveLength(2 * most)
  }

  it('still holds when another change makes the node look at those that remain', async () => {
    await using store = openMemoryStore()
    await forgetChanges(store)
    await admitChanges(store, createDelete([OTHER_HASH], NOW_MS + HOUR_MS / 4))
    expect(endOf(store)).toBe(LATER_MS)
    expect(endOf(store, shorter.hash)).toBe(NOW_MS + HOUR_MS / 2)
  })

  it('is told to members that come later, as the end that the message has', async () => {
    await using store = openMemoryStore()
    await using newcomer = openMemoryStore()
    await forgetChanges(store)
    for (const { hash: name } of [message, shorter]) {
      const read = store.records.readMessage({ hash: name, namespace: 0 }, NOW_MS)
      if (read !== undefined) await admit(newcomer, { ...read, isAlone: false })
    }
    expect(endOf(newcomer)).toBe(LATER_MS)
    expect(endOf(newcomer, shorter.hash)).toBe(NOW_MS + HOUR_MS / 2)
  })

  it('still holds when the change has lapsed', async () => {
    await using store = openMemoryStore()
    const day = 24 * HOUR_MS
    await storeAll(store, [message])
    const until = NOW_MS + 30 * day
    const again = until + 20 * day
    await admitChanges(store, createExpire(hash, until, { isExtend: true }))
    await admitChanges(store, createExpire(hash, again, { atMs: until - day, isExtend: true }))
    await store.sweep(NOW_MS + CHANGE_LIFE_MS, 16)
    expect(listChanges(store)).toHaveLength(1)
    await admitChanges(store, createDelete([OTHER_HASH], until))
    expect(endOf(store)).toBe(again)
  })
})

describe('the sweep', () => {
  it('forgets a change when no message can live that it could concern, and not before', async () => {
    await using store = openMemoryStore()
    await admitChanges(store, createDelete([hash]))
    await store.sweep(NOW_MS + CHANGE_LIFE_MS - 1, 16)
    expect(listChanges(store)).toHaveLength(1)
    await store.sweep(NOW_MS + CHANGE_LIFE_MS, 16)
    expect(listChanges(store)).toEqual([])
  })

  it('forgets at most as many as it may, so that requests are served in between', async () => {
    await using store = openMemoryStore()
    await admitChanges(store, ...createMany(5))
    await store.sweep(NOW_MS + 2 * CHANGE_LIFE_MS, 2)
    expect(listChanges(store)).toHaveLength(3)
  })

  it('keeps revocations as long as their account keeps anything', async () => {
    await using store = openMemoryStore()
    const far = createMessage({ expiryMs: NOW_MS + 3 * CHANGE_LIFE_MS })
    await storeAll(store, [far])
    const others = createRevoke('revoke_subaccount', [token])
    await admitChanges(store, others)
    for (const lives of [1, 2]) await store.sweep(NOW_MS + lives * CHANGE_LIFE_MS, 16)
    expect(listChanges(store)).toHaveLength(1)
    await store.deleteRange({ account: ALICE, namespace: 'all' })
    await store.sweep(NOW_MS + 3 * CHANGE_LIFE_MS, 16)
    expect(listChanges(store)).toEqual([])
    expect(store.isRevoked(ALICE, token)).toBe(true)
  })
})

describe('a change that a client makes', () => {
  it('is kept together with what it does', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [message])
    const change = createDelete([hash])
    expect(await store.delete(ALICE, [hash], { atMs: NOW_MS, change })).toEqual({
      ok: true,
      value: [hash],
    })
    expect(listChanges(store)).toHaveLength(1)
    expect(store.lastChangeMs(ALICE)).toBe(NOW_MS)
    expect(store.lastChangeMs(BOB)).toBeUndefined()
    expect(await admit(store, toAdmitted(message))).toEqual(['covered'])
  })

  it('is applied before a later one that overtook it, and its reply tells what it did itself', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [message])
    const late = { atMs: NOW_MS + 1, change: createExpire(hash, LATER_MS, { atMs: NOW_MS + 1 }) }
    const early = { atMs: NOW_MS, change: createExpire(hash, END_MS - 1) }
    await store.expire(ALICE, [{ hash, expiryMs: LATER_MS, mode: 'set' }], late)
    const reply = await store.expire(ALICE, [{ hash, expiryMs: END_MS - 1, mode: 'set' }], early)
    expect(reply).toMatchObject({ value: [{ updated: true, expiryMs: END_MS - 1 }] })
    expect(endOf(store)).toBe(LATER_MS)
  })

  it('is applied in the order of the hashes when two have one date', async () => {
    const changes = [LATER_MS, LATER_MS + 1].map((end) => ({
      end,
      change: createExpire(hash, end),
    }))
    const ends: (number | undefined)[] = []
    for (const order of [changes, changes.toReversed()]) {
      await using store = openMemoryStore()
      await storeAll(store, [message])
      for (const { end, change } of order) {
        const date = { atMs: NOW_MS, change }
        await store.expire(ALICE, [{ hash, expiryMs: end, mode: 'set' }], date)
      }
      ends.push(endOf(store))
    }
    expect(ends[0]).toBe(ends[1])
  })

  it('revokes in the order of dates when a revocation is overtaken', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [message])
    const restore = createRevoke('unrevoke_subaccount', [token], NOW_MS + 1)
    await store.unrevoke(ALICE, [token], { atMs: restore.atMs, change: restore })
    const revoke = createRevoke('revoke_subaccount', [token], NOW_MS)
    await store.revoke(ALICE, [token], { atMs: NOW_MS, change: revoke })
    expect(store.isRevoked(ALICE, token)).toBe(false)
  })

  it('concerns messages that others dated before it, as if they had been there', async () => {
    await using store = openMemoryStore()
    await store.delete(ALICE, [hash], { atMs: NOW_MS, change: createDelete([hash]) })
    const before = createMessage({ storedMs: NOW_MS })
    expect(await store.store(before)).toEqual({
      ok: true,
      value: { already: false, expiryMs: END_MS },
    })
    expect(retrieve(store).messages).toEqual([])
    await storeAll(store, [createMessage({ storedMs: NOW_MS + 1 })])
    expect(retrieve(store).messages).toHaveLength(1)
  })
})
