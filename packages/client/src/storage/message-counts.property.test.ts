/** What is counted while messages change is what a scan of all of them counts (ADR 0013). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ALICE, BOB, ME, NOW_MS, createMessage } from '../../test/history-fixtures.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import type { Database } from '../ports/index.ts'
import { ArchiveMerge } from './archive/archive-merge.ts'
import { History } from './history.ts'
import type { MessageName, NewMessage } from './history-message.ts'

const SCAN = `SELECT conversation, count(*) AS messages,
    count(*) FILTER (WHERE state = 'received' AND read_at_ms IS NULL) AS unread,
    max(shown_at_ms) AS latestMs
  FROM messages GROUP BY conversation ORDER BY conversation`
/** Back to the first version, as it was published. */
const UNDO_COUNTS = `DROP TRIGGER messages_added_count; DROP TRIGGER messages_erased_count;
  DROP TRIGGER messages_changed_count; DROP TABLE conversation_counts;
  DROP TABLE gaps; DROP TABLE completeness;
  DROP TABLE account_keys; DROP TABLE peer_keys; DROP TABLE unopened; DROP TABLE protections;
  DROP TABLE thumbnails;
  DROP TABLE waiting_contents;
  DROP TABLE device_group; DROP TABLE device_orders; DROP TABLE message_terms;
  DROP TRIGGER messages_with_files_erased; DROP TABLE message_files; DROP TABLE kept_files;
  UPDATE history_version SET version = 1`
const RUNS = { numRuns: 300 }

interface Device {
  readonly database: Database
  readonly history: History
  readonly merge: ArchiveMerge
}

interface Operation {
  readonly name: string
  readonly apply: (device: Device, message: NewMessage) => void
}

const OPERATIONS: readonly Operation[] = [
  { name: 'add', apply: ({ history }, message) => history.messages.add(message) },
  { name: 'add again', apply: ({ history }, message) => history.messages.add(message) },
  {
    name: 'import',
    apply: ({ merge }, { state, ...message }) =>
      state !== 'queued' &&
      merge.add({ kind: 'message', message: { ...message, state, isReadByThem: false } }),
  },
  { name: 'read', apply: ({ history }, message) => history.messages.markRead(message, NOW_MS) },
  { name: 'fail', apply: ({ history }, message) => history.messages.setState(message, 'failed') },
  { name: 'sent', apply: ({ history }, message) => history.messages.setState(message, 'sent') },
  {
    name: 'read by them',
    apply: ({ history }, message) => history.messages.markReadByThem(message),
  },
  {
    name: 'edit',
    apply: ({ history }, message) =>
      history.messages.edit(message, { text: 'other', editedAtMs: NOW_MS }),
  },
  { name: 'end', apply: ({ history }, message) => history.messages.setEnd(message, NOW_MS) },
  { name: 'erase', apply: ({ history }, message) => history.messages.erase(message) },
  { name: 'take back', apply: ({ history }, message) => history.erase(message, 0) },
  {
    name: 'erase conversation',
    apply: ({ history }, { conversation }) => history.eraseConversation(conversation, 0),
  },
  { name: 'fail in the middle', apply: failInTheMiddle },
]

/** Whatever was changed, the counts go back with the messages. */
function failInTheMiddle({ history }: Device, message: NewMessage): void {
  expect(() =>
    history.transaction(() => {
      history.messages.add(message)
      history.messages.markRead(message, NOW_MS)
      history.eraseConversation(ALICE, 0)
      throw new Error('no')
    }),
  ).toThrow('no')
}

/** Few names, so that most operations meet a message. */
const arbitraryMessage = fc
  .record({
    conversation: fc.constantFrom(ALICE, BOB, ME),
    author: fc.constantFrom(ALICE, ME),
    sentAtMs: fc.integer({ min: 1, max: 4 }),
    receivedAtMs: fc.integer({ min: 1, max: 4 }),
    state: fc.constantFrom('received', 'received', 'queued', 'sent', 'failed'),
    isRead: fc.boolean(),
  })
  .map(({ isRead, ...changes }) => createMessage({ ...changes, ...(isRead && { readAtMs: 1 }) }))

const arbitrarySteps = fc.array(fc.tuple(fc.constantFrom(...OPERATIONS), arbitraryMessage), {
  minLength: 1,
  maxLength: 40,
})

function createDevice(): Device {
  const database = openSqlite()
  const history = new History(database)
  return {
    database,
    history,
    merge: new ArchiveMerge(history, { database, nowMs: 0, isOwn: true }),
  }
}

function listCounts(history: History): readonly unknown[] {
  return history.messages.count().toSorted((a, b) => (a.conversation < b.conversation ? -1 : 1))
}

function nameOf({ conversation, author, sentAtMs }: MessageName): MessageName {
  return { conversation, author, sentAtMs }
}

describe('counts of conversations', () => {
  it('are those of a scan after whatever was done to messages', () => {
    const met = new Set<string>()
    fc.assert(
      fc.property(arbitrarySteps, (steps) => {
        const device = createDevice()
        for (const [{ name, apply }, message] of steps) {
          apply(device, message)
          met.add(name)
          expect(listCounts(device.history)).toEqual(device.database.prepare(SCAN).all())
        }
      }),
      RUNS,
    )
    expect(met.size).toBe(OPERATIONS.length)
  })

  it('come with the newest message of each, which is the first of its list', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMessage, { maxLength: 40 }), (messages) => {
        const { history } = createDevice()
        for (const message of messages) history.messages.add(message)
        const counted = history.messages.count().map(({ conversation }) => conversation)
        const latest = history.messages.listLatest()
        expect(latest).toHaveLength(counted.length)
        for (const message of latest) {
          const [first] = history.messages.list(message.conversation, { limit: 1 })
          expect(nameOf(message)).toEqual(first && nameOf(first))
        }
      }),
      RUNS,
    )
  })

  it('are taken over from a history that had none', () => {
    fc.assert(
      fc.property(fc.array(arbitraryMessage, { maxLength: 40 }), (messages) => {
        const { database, history } = createDevice()
        database.execute(UNDO_COUNTS)
        for (const message of messages) history.messages.add(message)
        const opened = new History(database)
        expect(listCounts(opened)).toEqual(database.prepare(SCAN).all())
        opened.eraseConversation(ALICE, 0)
        expect(listCounts(opened)).toEqual(database.prepare(SCAN).all())
      }),
      { numRuns: 100 },
    )
  })

  it('keep no trace of a conversation whose last message is gone', () => {
    const { database, history } = createDevice()
    history.messages.add(createMessage())
    history.messages.erase(createMessage())
    expect(database.prepare('SELECT * FROM conversation_counts').all()).toEqual([])
  })
})
