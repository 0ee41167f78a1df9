/**
 * The peer for storage: better-sqlite3 alone, `synchronous=FULL`, WAL, on the schema that the node's
 * own migrations make. No hashing, no limits, no queue: rows straight into a transaction of 100.
 *
 * @module
 */
import { randomBytes } from 'node:crypto'
import type { Database } from 'better-sqlite3'

const ROWS_PER_TRANSACTION = 100
const DAY_MS = 86_400_000

export interface BareRow {
  readonly account: Buffer
  readonly hash: string
  readonly data: Buffer
}

export function createRows(
  count: number,
  accounts: readonly Buffer[],
  dataBytes: number,
): BareRow[] {
  return Array.from({ length: count }, (_, index) => ({
    account: accounts[index % accounts.length] ?? Buffer.alloc(33),
    hash: randomBytes(32).toString('base64').slice(0, 43),
    data: randomBytes(dataBytes),
  }))
}

/** Inserts all rows, 100 a transaction, and returns rows per second. */
export function insertRows(database: Database, rows: readonly BareRow[], nowMs: number): number {
  const insert = database.prepare(
    'INSERT INTO messages (account, namespace, hash, timestamp, expiry, data) VALUES (?, 0, ?, ?, ?, ?)',
  )
  const insertAll = database.transaction((slice: readonly BareRow[]) => {
    for (const row of slice) insert.run(row.account, row.hash, nowMs, nowMs + DAY_MS, row.data)
  })
  const startedAt = performance.now()
  for (let index = 0; index < rows.length; index += ROWS_PER_TRANSACTION) {
    insertAll(rows.slice(index, index + ROWS_PER_TRANSACTION))
  }
  return (rows.length * 1000) / (performance.now() - startedAt)
}

/** Selects ten messages of one account after another for `durationMs`; returns selects per second. */
export function selectTen(
  database: Database,
  accounts: readonly Buffer[],
  { nowMs, durationMs }: { nowMs: number; durationMs: number },
): number {
  const select = database.prepare(
    'SELECT hash, timestamp, expiry, data FROM messages INDEXED BY messages_box WHERE account = ? AND namespace = 0 AND expiry > ? LIMIT 10',
  )
  const startedAt = performance.now()
  let count = 0
  while (performance.now() - startedAt < durationMs) {
    const rows = select.all(accounts[count % accounts.length], nowMs)
    if (rows.length !== 10) throw new Error(`expected 10 rows, got ${rows.length}`)
    count += 1
  }
  return (count * 1000) / (performance.now() - startedAt)
}
