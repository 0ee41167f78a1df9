/**
 * A history as the records of an archive, page by page, so that one of any size needs little memory (spec 16 §4). Each page is read
 * at once and life goes on between two of them: erased names come last, and take with them what was read before it was erased.
 *
 * @module
 */
import type { ArchivedName, ArchiveRecord } from '@sotto/protocol/archive'
import type { Database, SqlRow, SqlValue } from '../../ports/index.ts'
import { readAuthor, readConversation, readMessage } from '../history-message.ts'

export interface PageOptions {
  readonly nowMs: number
  /** Whether messages with a timer are among them; an archive lives longer than any timer (spec 16 §4.3). */
  readonly includesTimed: boolean
}

/** Of messages with many attachments, a page has some megabytes. */
const PAGE_ROWS = 100

interface Listing {
  /** With `?` for the flags, the place of the last row, and the number of rows. */
  readonly sql: string
  readonly flags?: readonly SqlValue[]
  /** The columns that order the rows. */
  readonly place: readonly string[]
  /** Before every row. */
  readonly start: readonly SqlValue[]
  readonly read: (row: SqlRow) => ArchiveRecord
}

const NAME = ['conversation', 'author', 'sent_at_ms'] as const
const REACTION = [...NAME, 'reactor', 'emoji'] as const

export function* listArchiveRecords(
  database: Database,
  options: PageOptions,
): Generator<ArchiveRecord> {
  for (const listing of describeListings(options)) yield* listPages(database, listing)
}

function* listPages(
  database: Database,
  { sql, flags = [], place, start, read }: Listing,
): Generator<ArchiveRecord> {
  const statement = database.prepare(sql)
  let last = start
  for (;;) {
    const rows = statement.all(...flags, ...last, PAGE_ROWS)
    for (const row of rows) yield read(row)
    const row = rows.at(-1)
    if (row === undefined) return
    last = place.map((column) => row[column] ?? null)
  }
}

function describeListings({ nowMs, includesTimed }: PageOptions): readonly Listing[] {
  const timed = includesTimed ? 1 : 0
  return [
    { ...tableListing('profiles', ['account']), read: readProfileRow },
    { ...tableListing('drafts', ['conversation']), read: readDraftRow },
    { ...tableListing('configs', ['owner', 'namespace'], ['', -1]), read: readConfigRow },
    {
      sql: `SELECT * FROM messages WHERE (? OR timer_mode = 'off')
        AND (expires_at_ms IS NULL OR expires_at_ms > ?) AND id > ? ORDER BY id LIMIT ?`,
      flags: [timed, nowMs],
      place: ['id'],
      start: [0],
      read: readMessageRow,
    },
    {
      sql: `SELECT * FROM reactions AS each WHERE (? OR NOT EXISTS (SELECT 1 FROM messages AS target
          WHERE target.conversation = each.conversation AND target.author = each.author
            AND target.sent_at_ms = each.sent_at_ms AND target.timer_mode <> 'off'))
        AND (${REACTION.join(', ')}) > (?, ?, ?, ?, ?) ORDER BY ${REACTION.join(', ')} LIMIT ?`,
      flags: [timed],
      place: REACTION,
      start: ['', '', 0, '', ''],
      read: readReactionRow,
    },
    { ...tableListing('tombstones', NAME, ['', '', 0]), read: readTombstoneRow },
  ]
}

function tableListing(
  table: string,
  place: readonly string[],
  start: readonly SqlValue[] = [''],
): Omit<Listing, 'read'> {
  const columns = place.join(', ')
  const marks = place.map(() => '?').join(', ')
  const sql = `SELECT * FROM ${table} WHERE (${columns}) > (${marks}) ORDER BY ${columns} LIMIT ?`
  return { sql, place, start }
}

function readName(row: SqlRow): ArchivedName {
  return {
    conversation: readConversation(row['conversation']),
    author: readAuthor(row['author']),
    sentAtMs: Number(row['sent_at_ms']),
  }
}

/** Without an outbox, nothing would ever send what waits to be sent. */
function readMessageRow(row: SqlRow): ArchiveRecord {
  const message = readMessage(row)
  const state = message.state === 'queued' ? 'failed' : message.state
  return { kind: 'message', message: { ...message, state } }
}

function readReactionRow(row: SqlRow): ArchiveRecord {
  return {
    kind: 'reaction',
    reaction: {
      target: readName(row),
      reactor: readAuthor(row['reactor']),
      emoji: String(row['emoji']),
      isRemoved: row['is_removed'] === 1,
      changedAtMs: Number(row['changed_at_ms']),
    },
  }
}

function readTombstoneRow(row: SqlRow): ArchiveRecord {
  return { kind: 'tombstone', name: readName(row), endsAtMs: Number(row['ends_at_ms']) }
}

function readDraftRow(row: SqlRow): ArchiveRecord {
  const conversation = readConversation(row['conversation'])
  return { kind: 'draft', conversation, text: String(row['text']) }
}

function readProfileRow(row: SqlRow): ArchiveRecord {
  return {
    kind: 'profile',
    profile: {
      account: readAuthor(row['account']),
      name: String(row['name']),
      pictureUrl: String(row['picture_url']),
      pictureKey: readBlob(row['picture_key']),
      changedAtMs: Number(row['changed_at_ms']),
    },
  }
}

function readConfigRow(row: SqlRow): ArchiveRecord {
  const owner = readConversation(row['owner'])
  return {
    kind: 'config',
    owner,
    namespace: Number(row['namespace']),
    dump: readBlob(row['dump']),
  }
}

function readBlob(value: SqlValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? Uint8Array.from(value) : new Uint8Array()
}
