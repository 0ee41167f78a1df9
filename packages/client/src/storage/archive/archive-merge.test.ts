/** What becomes of a record where the history knows something already (spec 16 §7.2). */
import type { ArchivedMessage, ArchiveRecord } from '@sotto/protocol/archive'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameOf, readTables } from '../../../test/archive-fixtures.ts'
import { ALICE, BOB, ME, NOW_MS } from '../../../test/history-fixtures.ts'
import { openSqlite } from '../../../test/sqlite-database.ts'
import type { HistoryMessage } from '../history-message.ts'
import { History } from '../history.ts'
import { ArchiveMerge } from './archive-merge.ts'

const NAME = nameOf(1)
const PROFILE = { account: ALICE, pictureUrl: '', pictureKey: new Uint8Array() }

interface Device {
  readonly history: History
  /** How many of the records changed something. */
  readonly add: (...records: readonly ArchiveRecord[]) => number
  readonly tables: () => unknown
}

function createDevice(isOwn = true): Device {
  const database = openSqlite()
  const history = new History(database)
  const merge = new ArchiveMerge(history, { database, nowMs: NOW_MS, isOwn })
  return {
    history,
    add: (...records) => records.filter((record) => merge.add(record)).length,
    tables: () => readTables(database),
  }
}

function messageOf(changes: Partial<ArchivedMessage> = {}): ArchiveRecord {
  const state = changes.author === ME ? 'sent' : 'received'
  const timer = { mode: 'off', seconds: 0 } as const
  const content = { kind: 'message', state, text: 'hello', details: {}, timer } as const
  const message = { ...NAME, ...content, receivedAtMs: 5, isReadByThem: false, ...changes }
  return { kind: 'message', message }
}

const tombstone: ArchiveRecord = { kind: 'tombstone', name: NAME, endsAtMs: NOW_MS }

function reactionOf(isRemoved: boolean, changedAtMs: number): ArchiveRecord {
  const reaction = { target: NAME, reactor: BOB, emoji: '👍', isRemoved, changedAtMs }
  return { kind: 'reaction', reaction }
}

/** The message after the second copy came to the first. */
function mergeCopies(
  first: Partial<ArchivedMessage>,
  second: Partial<ArchivedMessage>,
): HistoryMessage | undefined {
  const { history, add } = createDevice()
  add(messageOf(first), messageOf(second))
  return history.messages.find({ ...NAME, ...(first.author && { author: first.author }) })
}

describe('two copies of a message', () => {
  it('have the text of the later edition, and it is found by its words', () => {
    const older = { text: 'first', editedAtMs: 1 }
    const newer = { text: 'second', editedAtMs: 2 }
    expect(mergeCopies(older, newer)).toMatchObject(newer)
    expect(mergeCopies(newer, older)).toMatchObject(newer)
    expect(mergeCopies({ text: 'never edited' }, older)).toMatchObject(older)
    const { history, add } = createDevice()
    add(messageOf(older), messageOf(newer))
    expect(history.messages.search({ words: 'second', limit: 1 })).toHaveLength(1)
    expect(history.messages.search({ words: 'first', limit: 1 })).toEqual([])
  })

  it('were read when they were read first, and end when they end first', () => {
    const expiresAtMs = NOW_MS + 5
    expect(mergeCopies({}, { readAtMs: 4 })).toMatchObject({ readAtMs: 4 })
    expect(mergeCopies({ readAtMs: 3 }, {})).toMatchObject({ readAtMs: 3 })
    expect(mergeCopies({ readAtMs: 3 }, { readAtMs: 4 })).toMatchObject({ readAtMs: 3 })
    expect(mergeCopies({ expiresAtMs: expiresAtMs + 1 }, { expiresAtMs })).toMatchObject({
      expiresAtMs,
    })
    expect(mergeCopies({ expiresAtMs }, {})).toMatchObject({ expiresAtMs })
  })

  it('were sent and read by the other side if either says so', () => {
    const failed = { author: ME, state: 'failed' } as const
    const sent = { author: ME, state: 'sent', hash: 'h' } as const
    expect(mergeCopies(failed, sent)).toMatchObject({ state: 'sent', hash: 'h' })
    expect(mergeCopies(sent, failed)).toMatchObject({ state: 'sent', hash: 'h' })
    expect(mergeCopies(sent, { ...sent, isReadByThem: true })?.isReadByThem).toBe(true)
    expect(mergeCopies({ ...sent, isReadByThem: true }, sent)?.isReadByThem).toBe(true)
  })

  it('count as received, whatever an archive says of what others sent', () => {
    expect(mergeCopies({}, { state: 'sent' })?.state).toBe('received')
  })

  it('change nothing the second time', () => {
    const { add } = createDevice()
    const message = messageOf({ editedAtMs: 3, readAtMs: 4, expiresAtMs: NOW_MS + 1, hash: 'h' })
    expect([add(message), add(message)]).toEqual([1, 0])
  })
})

describe('a message', () => {
  it('takes the edition that came before it', () => {
    const { history, add } = createDevice()
    history.earlyEdits.put(NAME, { text: 'edited', editedAtMs: 9 })
    add(messageOf())
    expect(history.messages.find(NAME)?.text).toBe('edited')
  })

  it('stays away when it ended, also where it still is', () => {
    const { history, add } = createDevice()
    expect(add(messageOf({ expiresAtMs: NOW_MS }))).toBe(0)
    expect(history.messages.find(NAME)).toBeUndefined()
  })
})

describe('a tombstone', () => {
  it('wins over message and reactions, whichever comes first', () => {
    const records = [messageOf(), reactionOf(false, 3), tombstone]
    for (const order of [records, records.toReversed()]) {
      const { history, add } = createDevice()
      add(...order)
      expect(history.messages.find(NAME)).toBeUndefined()
      expect(history.reactions.list(NAME)).toEqual([])
      expect(history.tombstones.has(NAME)).toBe(true)
    }
  })

  it('of the history keeps a message of the archive away', () => {
    const { history, add } = createDevice()
    history.erase(NAME, NOW_MS)
    expect(add(messageOf(), reactionOf(false, 3), tombstone)).toBe(0)
  })

  it('lasts as long as the longer of two', () => {
    const { history, add } = createDevice()
    add(tombstone, { ...tombstone, endsAtMs: NOW_MS + 9 }, tombstone)
    history.tombstones.forget(NOW_MS + 9)
    expect(history.tombstones.has(NAME)).toBe(true)
    history.tombstones.forget(NOW_MS + 10)
    expect(history.tombstones.has(NAME)).toBe(false)
  })
})

describe('what else a history knows', () => {
  it('has the later change of reactions and profiles', () => {
    const { history, add } = createDevice()
    add(reactionOf(true, 4), reactionOf(false, 3))
    expect(history.reactions.list(NAME)).toEqual([])
    add(reactionOf(false, 5))
    expect(history.reactions.list(NAME)).toHaveLength(1)
    add({ kind: 'profile', profile: { ...PROFILE, name: 'new', changedAtMs: 2 } })
    add({ kind: 'profile', profile: { ...PROFILE, name: 'old', changedAtMs: 1 } })
    expect(history.profiles.find(ALICE)?.name).toBe('new')
  })

  it('keeps its own drafts and configurations', () => {
    const { history, add } = createDevice()
    history.drafts.put(ALICE, 'mine')
    history.configs.put(ME, 3, Uint8Array.of(1))
    const config = { kind: 'config', owner: ME, dump: Uint8Array.of(2) } as const
    expect(add({ kind: 'draft', conversation: ALICE, text: 'older' })).toBe(0)
    expect(add({ kind: 'draft', conversation: BOB, text: '' })).toBe(0)
    expect(add({ ...config, namespace: 3 })).toBe(0)
    expect(add({ ...config, namespace: 4 })).toBe(1)
    expect(history.drafts.find(ALICE)).toBe('mine')
    expect(history.configs.find(ME, 3)).toEqual(Uint8Array.of(1))
  })

  it('has no configurations of another account, and never a seed', () => {
    const { add } = createDevice(false)
    expect(add({ kind: 'config', owner: ME, namespace: 3, dump: Uint8Array.of(2) })).toBe(0)
    expect(add({ kind: 'seed', seed: new Uint8Array(16) })).toBe(0)
    expect(add({ kind: 'owner', owner: { account: ME, createdAtMs: 1 } })).toBe(0)
  })
})

describe('merging', () => {
  const times = fc.integer({ min: 1, max: 3 })
  const maybe = fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined })
  /** As one person's devices have them: a text belongs to the time of its edition. */
  const messages = fc
    .tuple(times, maybe, maybe, maybe, fc.boolean())
    .map(([sentAtMs, edited, read, end, isReadByThem]) =>
      messageOf({
        author: ME,
        sentAtMs,
        text: `edition ${edited ?? 0}`,
        isReadByThem,
        state: isReadByThem ? 'sent' : 'failed',
        ...(edited !== undefined && { editedAtMs: edited }),
        ...(read !== undefined && { readAtMs: read }),
        ...(end !== undefined && { expiresAtMs: NOW_MS + end }),
      }),
    )
  const reactions = fc.tuple(times, times).map(([sentAtMs, changedAtMs]): ArchiveRecord => {
    const target = nameOf(sentAtMs, ME)
    const isRemoved = changedAtMs === 2
    return {
      kind: 'reaction',
      reaction: { target, reactor: BOB, emoji: '👍', isRemoved, changedAtMs },
    }
  })
  const tombstones = fc.tuple(times, times).map(([sentAtMs, end]): ArchiveRecord => ({
    kind: 'tombstone',
    name: nameOf(sentAtMs, ME),
    endsAtMs: NOW_MS + end,
  }))
  const profiles = times.map((changedAtMs): ArchiveRecord => ({
    kind: 'profile',
    profile: { ...PROFILE, name: `${changedAtMs}`, changedAtMs },
  }))
  const records = fc.array(
    fc.oneof({ weight: 4, arbitrary: messages }, reactions, tombstones, profiles),
  )

  const orders = records.chain((all) =>
    fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
  )

  it('ends alike in whatever order records come, and however often', () => {
    fc.assert(
      fc.property(orders, ([all, order]) => {
        const device = createDevice()
        device.add(...all)
        const shuffled = createDevice()
        shuffled.add(...order, ...order.slice(0, 3))
        expect(shuffled.tables()).toEqual(device.tables())
        expect(shuffled.add(...all)).toBe(0)
        expect(shuffled.tables()).toEqual(device.tables())
      }),
      { numRuns: 150 },
    )
  })
})
