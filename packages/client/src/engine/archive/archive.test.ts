/** A history that goes into a file and comes back (spec 16 §7). */
import { concatBytes } from '@sotto/crypto/bytes'
import { deriveAccount } from '@sotto/crypto/identity'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import {
  CHEAP,
  exportAll,
  fillHistory,
  importAll,
  nameOf,
  PASSPHRASE,
  readTables,
} from '../../../test/archive-fixtures.ts'
import { ALICE, BOB, createMessage, ME, NOW_MS } from '../../../test/history-fixtures.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import { History } from '../../storage/history.ts'
import { exportHistory, importHistory, readArchiveHead } from './index.ts'

const DAY_MS = 86_400_000

async function exportFilled(): Promise<readonly Uint8Array[]> {
  using database = openSqlite()
  fillHistory(new History(database))
  return await exportAll(database)
}

describe('an archive', () => {
  it('brings a history to a new device, with everything that it knows', async () => {
    using from = openSqlite()
    using to = openSqlite()
    fillHistory(new History(from))
    const report = await importAll(to, await exportAll(from))
    // One owner, four messages, two each of reactions, profiles and configurations, a draft, a tombstone.
    expect(report).toMatchObject({
      ok: true,
      value: { records: 13, changed: 12, unknown: 0, malformed: 0, owner: { account: ME } },
    })
    new History(from).messages.setState(nameOf(3, ME), 'failed')
    expect(readTables(to)).toEqual(readTables(from))
    expect(new History(to).messages.search({ words: 'grüße', limit: 1 })).toHaveLength(1)
  })

  it('has no outbox, so that what waits to be sent is known to have failed', async () => {
    using to = openSqlite()
    await importAll(to, await exportFilled())
    const { messages, outbox, arrivals } = new History(to)
    expect(messages.find(nameOf(3, ME))?.state).toBe('failed')
    expect(outbox.listWaiting()).toEqual([])
    expect(arrivals.isSeen('h1')).toBe(false)
    expect(arrivals.findCursor({ node: 'n', account: ME, namespace: 0 })).toBeUndefined()
  })

  it('changes nothing when it is imported a second time, or where it was made', async () => {
    using from = openSqlite()
    fillHistory(new History(from))
    const archive = await exportAll(from)
    const before = readTables(from)
    expect(await importAll(from, archive)).toMatchObject({ ok: true, value: { changed: 0 } })
    expect(readTables(from)).toEqual(before)
  })

  it('is read in whatever pieces it comes, one file as well as single bytes', async () => {
    const archive = concatBytes(await exportFilled())
    const whole = openSqlite()
    const bytewise = openSqlite()
    await importAll(whole, [archive])
    const bytes = Array.from({ length: archive.length }, (_, at) => archive.subarray(at, at + 1))
    expect(await importAll(bytewise, bytes)).toMatchObject({ ok: true })
    expect(readTables(bytewise)).toEqual(readTables(whole))
  })

  it('of a history of many pages has each message once', async () => {
    using from = openSqlite()
    using to = openSqlite()
    const history = new History(from)
    history.transaction(() => {
      for (let sentAtMs = 1; sentAtMs <= 1001; sentAtMs++) {
        history.messages.add(createMessage({ sentAtMs }))
        history.tombstones.put(nameOf(sentAtMs, BOB), NOW_MS)
        const reaction = { target: nameOf(sentAtMs), emoji: '👍', isRemoved: false }
        history.reactions.put({ ...reaction, reactor: BOB, changedAtMs: 1 })
      }
    })
    const report = await importAll(to, await exportAll(from))
    expect(report).toMatchObject({ ok: true, value: { records: 3004, changed: 3003 } })
    expect(readTables(to)).toEqual(readTables(from))
  })

  it('takes with it what is erased while it is written', async () => {
    using from = openSqlite()
    using to = openSqlite()
    const history = new History(from)
    // Pages are read ahead of what is written, so there have to be some.
    for (let sentAtMs = 1; sentAtMs <= 300; sentAtMs++)
      history.messages.add(createMessage({ sentAtMs, text: 'x'.repeat(2000) }))
    const randomness = createSeededRandomness('erased')
    const options = { database: from, account: ME, passphrase: PASSPHRASE, randomness }
    const pieces: Uint8Array[] = []
    for await (const piece of exportHistory({ ...options, nowMs: NOW_MS, cost: CHEAP })) {
      pieces.push(piece)
      if (pieces.length === 3) history.erase(nameOf(1), NOW_MS)
    }
    await importAll(to, pieces)
    const imported = new History(to)
    expect(imported.messages.find(nameOf(1))).toBeUndefined()
    expect(imported.messages.find(nameOf(2))).toBeDefined()
    expect(imported.tombstones.has(nameOf(1))).toBe(true)
  })
})

describe('messages with a timer', () => {
  const timer = { mode: 'after_send', seconds: 60 } as const

  async function exportTimed(includesTimed: boolean): Promise<readonly Uint8Array[]> {
    using from = openSqlite()
    const { messages, reactions } = new History(from)
    messages.add(createMessage({ sentAtMs: 1, timer, expiresAtMs: NOW_MS + DAY_MS }))
    messages.add(createMessage({ sentAtMs: 2, timer: { mode: 'after_read', seconds: 60 } }))
    messages.add(createMessage({ sentAtMs: 3, timer, expiresAtMs: NOW_MS }))
    messages.add(createMessage({ sentAtMs: 4 }))
    const reaction = { target: nameOf(1), emoji: '👍', isRemoved: false }
    reactions.put({ ...reaction, reactor: ME, changedAtMs: 1 })
    return await exportAll(from, { includesTimed })
  }

  async function listImported(includesTimed: boolean, nowMs: number): Promise<readonly number[]> {
    using to = openSqlite()
    await importAll(to, await exportTimed(includesTimed), { nowMs })
    const { messages, reactions } = new History(to)
    expect(reactions.list(nameOf(1))).toHaveLength(includesTimed ? 1 : 0)
    return messages.list(ALICE, { limit: 9 }).map(({ sentAtMs }) => sentAtMs)
  }

  it('stay out of an archive, which would keep them longer than their author asked for', async () => {
    expect(await listImported(false, NOW_MS)).toEqual([4])
  })

  it('are in it when the person asks, but not those that have ended', async () => {
    expect(await listImported(true, NOW_MS)).toEqual([4, 2, 1])
  })

  it('do not come back when they ended before the import', async () => {
    expect(await listImported(true, NOW_MS + DAY_MS)).toEqual([4, 2])
  })
})

describe('an archive that cannot be taken', () => {
  it.each([
    ['cut off', (file: Uint8Array) => file.subarray(0, -1), 'archive_damaged'],
    ['altered at its end', (file: Uint8Array) => file.with(file.length - 1, 1), 'archive_damaged'],
    ['nothing', () => new Uint8Array(), 'archive_malformed'],
  ])('changes nothing when it is %s', async (_, change, code) => {
    using to = openSqlite()
    const before = readTables((new History(to), to))
    const file = change(concatBytes(await exportFilled()))
    expect(await importAll(to, [file])).toMatchObject({ ok: false, error: { code } })
    expect(readTables(to)).toEqual(before)
  })

  it('changes nothing with another passphrase', async () => {
    using to = openSqlite()
    const report = await importAll(to, await exportFilled(), { passphrase: 'wrong' })
    expect(report).toMatchObject({ ok: false, error: { code: 'archive_unopened' } })
  })

  it('is refused when it is another file the second time', async () => {
    using to = openSqlite()
    using empty = openSqlite()
    const other = await exportAll(empty, { randomness: createSeededRandomness('other') })
    const files = [await exportFilled(), other]
    const options = { database: to, account: ME, passphrase: PASSPHRASE, nowMs: NOW_MS }
    const report = await importHistory(() => files.shift() ?? [], options)
    expect(report).toMatchObject({ ok: false, error: { code: 'archive_changed' } })
    expect(new History(to).messages.count()).toEqual([])
  })

  it('is complete after another try when the first was interrupted', async () => {
    using to = openSqlite()
    using whole = openSqlite()
    using from = openSqlite()
    const history = new History(from)
    for (let sentAtMs = 1; sentAtMs <= 1500; sentAtMs++)
      history.messages.add(createMessage({ sentAtMs, text: 'x'.repeat(1000) }))
    const archive = await exportAll(from)
    let opened = 0
    function* breakSecond(): Generator<Uint8Array> {
      opened++
      yield* opened === 1 ? archive : archive.slice(0, -2)
      if (opened === 2) throw new Error('unplugged')
    }
    const options = { database: to, account: ME, passphrase: PASSPHRASE, nowMs: NOW_MS }
    await expect(importHistory(breakSecond, options)).rejects.toThrow('unplugged')
    const half = new History(to).messages.count()[0]?.messages ?? 0
    expect(half).toBeGreaterThan(0)
    expect(half).toBeLessThan(1500)
    expect(await importAll(to, archive)).toMatchObject({ value: { changed: 1500 - half } })
    await importAll(whole, archive)
    expect(readTables(to)).toEqual(readTables(whole))
  })
})

describe('the archive of another account', () => {
  const changes = { account: BOB }

  it('is refused, and taken into an empty history when the person means it', async () => {
    using to = openSqlite()
    const archive = await exportFilled()
    const refused = await importAll(to, archive, changes)
    expect(refused).toMatchObject({ ok: false, error: { code: 'archive_account' } })
    const taken = await importAll(to, archive, { ...changes, acceptsOtherAccount: true })
    expect(taken).toMatchObject({ ok: true, value: { owner: { account: ME } } })
    const { messages, configs } = new History(to)
    expect(messages.find(nameOf(1))).toBeDefined()
    // They are another account's settings, which this one has no use for.
    expect(configs.find(ME, 3)).toBeUndefined()
  })

  it('is refused by a history that has content, but not by one that has it already', async () => {
    using used = openSqlite()
    new History(used).drafts.put(BOB, 'mine')
    const archive = await exportFilled()
    const asked = { ...changes, acceptsOtherAccount: true }
    const refused = await importAll(used, archive, asked)
    expect(refused).toMatchObject({ ok: false, error: { code: 'archive_not_empty' } })
    using to = openSqlite()
    await importAll(to, archive, asked)
    expect(await importAll(to, archive, asked)).toMatchObject({ ok: true, value: { changed: 0 } })
  })
})

describe('readArchiveHead', () => {
  const seed = new Uint8Array(16).fill(9)
  const account = deriveAccount(seed).accountId

  it('gives a new device the account, when the archive has it', async () => {
    using from = openSqlite()
    const archive = await exportAll(from, { account, seed })
    const owner = { account, createdAtMs: NOW_MS }
    expect(await readArchiveHead(archive, PASSPHRASE)).toEqual({ ok: true, value: { owner, seed } })
    const without = await exportAll(from, { account })
    expect(await readArchiveHead(without, PASSPHRASE)).toEqual({ ok: true, value: { owner } })
  })

  it('refuses what is no archive, and another passphrase', async () => {
    const archive = await exportFilled()
    const codes = [
      await readArchiveHead([new Uint8Array(100)], PASSPHRASE),
      await readArchiveHead(archive, 'wrong'),
    ]
    expect(codes).toMatchObject([
      { ok: false, error: { code: 'archive_malformed' } },
      { ok: false, error: { code: 'archive_unopened' } },
    ])
  })

  it('keeps the seed out of the history', async () => {
    using from = openSqlite()
    using to = openSqlite()
    const archive = await exportAll(from, { account, seed })
    const report = await importAll(to, archive, { account })
    expect(report).toMatchObject({ ok: true, value: { records: 2, changed: 0 } })
  })
})
