/**
 * Histories with something of everything, what is in their tables, and archives of them.
 *
 * @module
 */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import {
  exportHistory,
  type ExportOptions,
  importHistory,
  type ImportOptions,
} from '../src/engine/archive/index.ts'
import type { Database, SqlRow } from '../src/ports/index.ts'
import type { History } from '../src/storage/history.ts'
import type { MessageName } from '../src/storage/history-message.ts'
import { ALICE, BOB, createMessage, ME, NOW_MS } from './history-fixtures.ts'

export const PASSPHRASE = 'correct horse battery staple'
/** The least that is permitted. */
export const CHEAP = { passes: 1, memoryKibibytes: 8 }
/** What an archive knows, in an order that does not depend on how it came. */
const TABLES: Readonly<Record<string, string>> = {
  messages: 'conversation, author, sent_at_ms',
  reactions: 'conversation, author, sent_at_ms, reactor, emoji',
  tombstones: 'conversation, author, sent_at_ms',
  early_edits: 'conversation, author, sent_at_ms',
  profiles: 'account',
  drafts: 'conversation',
  configs: 'owner, namespace',
}

export function nameOf(sentAtMs: number, author = ALICE): MessageName {
  return { conversation: ALICE, author, sentAtMs }
}

/** Of every kind of record at least one, and of what is not archived too. */
export function fillHistory(history: History): void {
  const { messages, reactions, profiles, drafts, configs, outbox, arrivals } = history
  messages.add(createMessage({ sentAtMs: 1, hash: 'h1', text: 'Grüße 👋', readAtMs: NOW_MS }))
  messages.edit(nameOf(1), { text: 'Grüße 🖐', editedAtMs: 5 })
  messages.add(
    createMessage({
      sentAtMs: 2,
      author: ME,
      state: 'sent',
      details: {
        quote: { author: ALICE, sentAtMs: 1 },
        preview: { url: 'https://a.example', title: 'A' },
        invitation: { url: 'https://b.example/x', name: 'B' },
        attachments: [ATTACHMENT],
      },
    }),
  )
  messages.markReadByThem(nameOf(2, ME))
  messages.add(createMessage({ sentAtMs: 3, author: ME, state: 'queued', text: 'waits' }))
  messages.add(createMessage({ conversation: BOB, author: BOB, sentAtMs: 4, kind: 'timer' }))
  const reaction = { target: nameOf(1), emoji: '👍', changedAtMs: 9 }
  reactions.put({ ...reaction, reactor: ME, isRemoved: false })
  reactions.put({ ...reaction, reactor: BOB, isRemoved: true })
  history.erase(nameOf(6), NOW_MS)
  profiles.put(ALICE, { name: 'Alice', pictureUrl: 'u', pictureKey: new Uint8Array(32) }, 3)
  profiles.put(BOB, { name: 'Bob', pictureUrl: '', pictureKey: new Uint8Array() }, 4)
  drafts.put(BOB, 'not yet')
  configs.put(ME, 2, new Uint8Array(70_000).fill(1))
  configs.put(ME, 3, Uint8Array.of(1, 2, 3))
  arrivals.markSeen('h1', NOW_MS)
  arrivals.putCursor({ node: 'n', account: ME, namespace: 0 }, 'h1')
  const data = Uint8Array.of(1)
  outbox.add({ hash: 'h3', account: ALICE, data, sentAtMs: 3, ttlMs: 1, state: 'queued' })
}

const ATTACHMENT = {
  url: 'http://files.example/file/1#d=',
  contentType: 'image/png',
  size: 10,
  fileName: 'a.png',
  caption: 'A',
  width: 3,
  height: 4,
  isVoice: false,
  key: '00'.repeat(32),
  digest: '',
}

/** Without the numbers of rows, which are nobody's but the table's. */
export function readTables(database: Database): Readonly<Record<string, readonly SqlRow[]>> {
  return Object.fromEntries(
    Object.entries(TABLES).map(([table, order]) => [
      table,
      database
        .prepare(`SELECT * FROM ${table} ORDER BY ${order}`)
        .all()
        .map((row) => Object.fromEntries(Object.entries(row).filter(([key]) => key !== 'id'))),
    ]),
  )
}

export async function exportAll(
  database: Database,
  changes: Partial<ExportOptions> = {},
): Promise<readonly Uint8Array[]> {
  const randomness = createSeededRandomness('export')
  const options = { database, account: ME, passphrase: PASSPHRASE, randomness, nowMs: NOW_MS }
  const pieces: Uint8Array[] = []
  for await (const piece of exportHistory({ ...options, cost: CHEAP, ...changes }))
    pieces.push(piece)
  return pieces
}

export function importAll(
  database: Database,
  pieces: Iterable<Uint8Array>,
  changes: Partial<ImportOptions> = {},
): ReturnType<typeof importHistory> {
  const options = { database, account: ME, passphrase: PASSPHRASE, nowMs: NOW_MS }
  return importHistory(() => pieces, { ...options, ...changes })
}
