/** What a member takes from others and shows to them (spec 10 §8). */
import { mkdtempDisposableSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ScannedKey } from '../../src/store/record-store.ts'
import type { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import {
  admit,
  admitChanges,
  createDelete,
  createExpire,
  createKept,
  createRevoke,
  listChanges,
  MINUTE_MS,
  showChange,
  toAdmitted,
} from './change-fixture.ts'
import {
  ALICE,
  BOB,
  createMessage,
  HOUR_MS,
  listHashes,
  NOW_MS,
  openFileStore,
  openMemoryStore,
  retrieve,
  storeAll,
} from './store-fixture.ts'

const message = createMessage()
const { hash } = message
const END_MS = message.expiryMs
const TOKEN_BYTES = 36

function scanAll(store: SqliteMessageStore, nowMs = NOW_MS): readonly ScannedKey[] {
  return store.records.scanMessages(0, Number.MAX_SAFE_INTEGER, nowMs).rows
}

describe.each(['memory', 'a file'])('admitMessages, in %s', (place) => {
  async function withStore(task: (store: SqliteMessageStore) => Promise<void>): Promise<void> {
    using folder = mkdtempDisposableSync(join(tmpdir(), 'sotto-records-'))
    const path = join(folder.path, 'messages.sqlite')
    await using store = place === 'memory' ? openMemoryStore() : openFileStore(path)
    await task(store)
  }

  it('keeps a batch of several accounts, each message as it was handed over', async () => {
    await withStore(async (store) => {
      const batch = [message, createMessage({ account: BOB, storedMs: NOW_MS - 7 })]
      expect(await admit(store, ...batch.map((each) => toAdmitted(each)))).toEqual([
        'stored',
        'stored',
      ])
      for (const each of batch) {
        const read = store.records.readMessage(each, NOW_MS)
        const { isAlone: _, account, data, ...dates } = toAdmitted(each)
        expect(read).toMatchObject(dates)
        expect(Uint8Array.from(read?.account ?? [])).toEqual(Uint8Array.from(account))
        expect(Uint8Array.from(read?.data ?? [])).toEqual(data)
      }
    })
  })

  it('knows what is there already, also from the same batch or from a client', async () => {
    await withStore(async (store) => {
      const other = createMessage({ text: 'other' })
      await storeAll(store, [message])
      const batch = [message, other, other].map((each) => toAdmitted(each))
      expect(await admit(store, ...batch)).toEqual(['already', 'stored', 'already'])
      expect(retrieve(store).messages).toHaveLength(2)
    })
  })

  it('keeps messages of one hash in two namespaces apart', async () => {
    await withStore(async (store) => {
      const planted = createMessage({ text: '11config' })
      const own = createMessage({ text: 'config', namespace: 11 })
      expect(await admit(store, toAdmitted(planted), toAdmitted(own))).toEqual(['stored', 'stored'])
    })
  })

  it('does not take back what a change has removed', async () => {
    await withStore(async (store) => {
      expect(await admitChanges(store, createDelete([hash]))).toEqual(['stored'])
      const other = createMessage({ account: BOB })
      const batch = [toAdmitted(message), toAdmitted(other)]
      expect(await admit(store, ...batch)).toEqual(['covered', 'stored'])
      expect(retrieve(store).messages).toEqual([])
    })
  })

  it('gives a message the end that changes gave it', async () => {
    await withStore(async (store) => {
      const later = END_MS + HOUR_MS
      await admitChanges(store, createExpire(hash, later, { isExtend: true }))
      await admit(store, toAdmitted(message))
      expect(store.expiries(ALICE, [hash], NOW_MS).get(hash)).toBe(later)
      expect(scanAll(store)).toMatchObject([{ firstExpiryMs: END_MS }])
    })
  })

  it('reads none that has expired, whether it was swept or not', async () => {
    await withStore(async (store) => {
      await admit(store, toAdmitted(message))
      expect(store.records.readMessage(message, END_MS - 1)).toBeDefined()
      expect(store.records.readMessage(message, END_MS)).toBeUndefined()
      expect(store.records.readMessage({ hash, namespace: 2 }, NOW_MS)).toBeUndefined()
    })
  })
})

describe('a message that is handed over again', () => {
  it.each([
    ['longer', HOUR_MS, END_MS + HOUR_MS],
    ['shorter', -MINUTE_MS, END_MS],
  ])('with a %s life ends when the later of both does', async (_name, offset, end) => {
    await using store = openMemoryStore()
    const again = { ...toAdmitted(message), firstExpiryMs: END_MS + offset }
    expect(await admit(store, toAdmitted(message), again)).toEqual(['stored', 'already'])
    expect(store.expiries(ALICE, [hash], NOW_MS).get(hash)).toBe(end)
    expect(scanAll(store)).toMatchObject([{ firstExpiryMs: end }])
  })

  it('and was stored again after a deletion survives that deletion, which arrives last', async () => {
    await using store = openMemoryStore()
    const again = createMessage({ storedMs: NOW_MS + 5 * MINUTE_MS })
    await admit(store, toAdmitted(message), toAdmitted(again))
    await admitChanges(store, createDelete([hash], NOW_MS + MINUTE_MS))
    expect(listHashes(retrieve(store))).toEqual([hash])
  })

  it('by a client after it was extended keeps the extension for members that see it only now', async () => {
    await using store = openMemoryStore()
    await using other = openMemoryStore()
    await storeAll(store, [message])
    const extend = createExpire(hash, END_MS + HOUR_MS, { isExtend: true })
    await admitChanges(store, extend)
    await storeAll(store, [createMessage({ storedMs: NOW_MS + 10 * MINUTE_MS })])
    await admitChanges(other, extend)
    const read = store.records.readMessage(message, NOW_MS)
    if (read === undefined) throw new Error('the message is there')
    await admit(other, { ...read, isAlone: false })
    expect(other.expiries(ALICE, [hash], NOW_MS)).toEqual(store.expiries(ALICE, [hash], NOW_MS))
    expect(other.expiries(ALICE, [hash], NOW_MS).get(hash)).toBe(END_MS + HOUR_MS)
  })
})

describe('a public outbox', () => {
  const draft = { namespace: -21, replacesOthers: true }
  const drafts = [
    createMessage({ ...draft, text: 'old', timestampMs: NOW_MS - 2 }),
    createMessage({ ...draft, text: 'new', timestampMs: NOW_MS }),
    createMessage({ ...draft, text: 'tie', timestampMs: NOW_MS }),
  ].map((each) => toAdmitted(each, true))
  const winner = drafts
    .slice(1)
    .toSorted((a, b) => (a.hash < b.hash ? 1 : -1))
    .slice(0, 1)
  const orders = [
    [0, 1, 2],
    [0, 2, 1],
    [1, 0, 2],
    [1, 2, 0],
    [2, 0, 1],
    [2, 1, 0],
  ]

  it.each(orders)(
    'keeps the newest by date, then by hash, in the order %i %i %i',
    async (...order) => {
      await using store = openMemoryStore()
      for (const index of order) await admit(store, ...drafts.slice(index, index + 1))
      expect(listHashes(retrieve(store, { namespace: -21 }))).toEqual(
        winner.map((each) => each.hash),
      )
      expect(await admit(store, ...winner)).toEqual(['already'])
    },
  )

  it('is not emptied by a message that a change has removed', async () => {
    await using store = openMemoryStore()
    const [old, newer] = drafts
    if (old === undefined || newer === undefined) throw new Error('too few')
    await admitChanges(store, createDelete([newer.hash]))
    expect(await admit(store, old, newer)).toEqual(['stored', 'covered'])
    expect(listHashes(retrieve(store, { namespace: -21 }))).toEqual([old.hash])
  })
})

describe('admitChange', () => {
  it('removes what is there, of its account only', async () => {
    await using store = openMemoryStore()
    const other = createMessage({ account: BOB })
    await storeAll(store, [message, other])
    const change = createDelete([hash])
    expect(await admitChanges(store, change, change)).toEqual(['stored', 'already'])
    expect(retrieve(store).messages).toEqual([])
    expect(retrieve(store, { account: BOB }).messages).toHaveLength(1)
    expect(listChanges(store).map(showChange)).toEqual([showChange(change)])
  })

  it('leaves what was stored later', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [createMessage({ storedMs: NOW_MS + 1 })])
    await admitChanges(store, createDelete([hash]))
    expect(listHashes(retrieve(store))).toEqual([hash])
  })

  it('applies changes in the order of their dates, whatever the order of arrival', async () => {
    await using store = openMemoryStore()
    await storeAll(store, [message])
    const first = createExpire(hash, END_MS + 1, { atMs: NOW_MS })
    const last = createExpire(hash, END_MS + 2, { atMs: NOW_MS + 1 })
    expect(await admitChanges(store, last, first)).toEqual(['stored', 'stored'])
    expect(store.expiries(ALICE, [hash], NOW_MS).get(hash)).toBe(END_MS + 2)
  })

  it('shortens a whole box', async () => {
    await using store = openMemoryStore()
    const outside = createMessage({ namespace: 2 })
    await storeAll(store, [message, outside])
    const params = { account: ALICE, namespace: 0, expiryMs: NOW_MS + 1 }
    await admitChanges(store, createKept({ method: 'expire_all', params }))
    expect([...store.expiries(ALICE, [hash, outside.hash], NOW_MS).values()]).toEqual([
      NOW_MS + 1,
      END_MS,
    ])
  })

  it('tells two deletions of the same message by the same bytes apart', async () => {
    await using store = openMemoryStore()
    const again = createDelete([hash], NOW_MS + 10 * MINUTE_MS)
    await storeAll(store, [createMessage({ storedMs: NOW_MS + 5 * MINUTE_MS })])
    expect(await admitChanges(store, createDelete([hash]), again)).toEqual(['stored', 'stored'])
    expect(retrieve(store).messages).toEqual([])
  })
})

describe('revocations that arrive late', () => {
  const token = new Uint8Array(TOKEN_BYTES).fill(1)
  const revoke = createRevoke('revoke_subaccount', [token], NOW_MS)
  const restore = createRevoke('unrevoke_subaccount', [token], NOW_MS + 1)
  const again = createRevoke('revoke_subaccount', [token], NOW_MS + 2)

  it.each([
    ['revoked', [revoke], true],
    ['restored', [revoke, restore], false],
    ['restored in the other order', [restore, revoke], false],
    ['revoked again', [again, revoke, restore], true],
  ])('leave a token %s', async (_name, changes, isRevoked) => {
    await using store = openMemoryStore()
    await admitChanges(store, ...changes)
    expect(store.isRevoked(ALICE, token)).toBe(isRevoked)
    expect(store.isRevoked(BOB, token)).toBe(false)
  })

  it('keep the fifty that were revoked last, whatever the order of arrival', async () => {
    await using store = openMemoryStore()
    const tokens = Array.from({ length: 60 }, (_, index) => new Uint8Array(36).fill(index))
    const changes = tokens.map((each, index) =>
      createRevoke('revoke_subaccount', [each], NOW_MS + index),
    )
    await admitChanges(store, ...changes.toReversed())
    expect(tokens.filter((each) => store.isRevoked(ALICE, each))).toEqual(tokens.slice(10))
  })
})

describe('a scan', () => {
  const texts = Array.from({ length: 10 }, (_, index) => `message ${index}`)
  const messages = texts.map((text) => createMessage({ text }))
  const hashes = messages.map((each) => each.hash)

  it('ends after the last slice, also when that is full', async () => {
    await using store = openMemoryStore()
    expect(store.records.scanMessages(0, 4, NOW_MS)).toEqual({ rows: [], next: undefined })
    await storeAll(store, messages.slice(0, 4))
    const { next } = store.records.scanMessages(0, 4, NOW_MS)
    expect(next).toBeGreaterThan(0)
    expect(store.records.scanMessages(next ?? 0, 4, NOW_MS)).toEqual({ rows: [], next: undefined })
  })

  it('sees every message that stays exactly once while others come and go', async () => {
    await using store = openMemoryStore()
    await storeAll(store, messages)
    const seen: string[] = []
    let from: number | undefined = 0
    for (let round = 0; from !== undefined; round += 1) {
      const slice = store.records.scanMessages(from, 3, NOW_MS)
      seen.push(...slice.rows.map((row) => row.hash))
      from = slice.next
      // One behind the scan and one before it are deleted, and a new one comes.
      await store.delete(ALICE, [hashes[round] ?? '', hashes[9 - round] ?? ''])
      if (round < 3) await storeAll(store, [createMessage({ text: `new ${round}` })])
    }
    const stayed = hashes.filter((each) => store.expiries(ALICE, [each], NOW_MS).size > 0)
    expect(stayed.length).toBeGreaterThan(0)
    for (const each of stayed) expect(seen.filter((other) => other === each)).toHaveLength(1)
    expect(new Set(seen).size).toBe(seen.length)
  })

  it('passes over messages that have ended, without ending itself', async () => {
    await using store = openMemoryStore()
    const ended = texts.slice(0, 3).map((text) => createMessage({ text, expiryMs: NOW_MS }))
    await storeAll(store, [...ended, ...messages.slice(3, 5)])
    const slice = store.records.scanMessages(0, 1, NOW_MS)
    expect(slice.rows.map((row) => row.hash)).toEqual(hashes.slice(3, 4))
    const rest = store.records.scanMessages(slice.next ?? 0, 3, NOW_MS)
    expect(rest.rows.map((row) => row.hash)).toEqual(hashes.slice(4, 5))
  })

  it('sees changes of all accounts', async () => {
    await using store = openMemoryStore()
    const changes = [createDelete([hash]), createDelete([hash], NOW_MS, BOB)]
    await admitChanges(store, ...changes)
    const first = store.records.scanChanges(0, 1)
    const second = store.records.scanChanges(first.next ?? 0, 1)
    const rows = [...first.rows, ...second.rows].map(({ account, hash: name }) => ({
      account: Uint8Array.from(account),
      name: Uint8Array.from(name),
    }))
    expect(rows).toEqual([
      { account: Uint8Array.from(ALICE), name: changes[0]?.hash },
      { account: Uint8Array.from(BOB), name: changes[1]?.hash },
    ])
  })
})

describe('forgetting', () => {
  it('removes the named messages and changes and counts them, and nothing is left that would cover', async () => {
    await using store = openMemoryStore()
    const other = createMessage({ namespace: 2 })
    await storeAll(store, [message, other])
    expect(await store.records.forgetMessages([message, message])).toEqual({ ok: true, value: 1 })
    expect(retrieve(store, { namespace: 2 }).messages).toHaveLength(1)
    const change = createDelete([hash])
    await admitChanges(store, change)
    const forgotten = await store.records.forgetChanges([change.hash, new Uint8Array(32)])
    expect(forgotten).toEqual({ ok: true, value: 1 })
    expect(await admit(store, toAdmitted(message))).toEqual(['stored'])
  })
})
