/**
 * `OutboxStore` in a home's database.
 *
 * @module
 */
import type { OutboxEntry, OutboxState, OutboxStore } from '@sotto/client/ports'
import type { AccountId } from '@sotto/crypto/identity'
import type { Database } from 'better-sqlite3'

interface OutboxRow {
  readonly hash: string
  readonly account: string
  readonly data: Uint8Array
  readonly sent_at_ms: number
  readonly state: OutboxState
}

export class SqliteOutboxStore implements OutboxStore {
  readonly #database: Database

  constructor(database: Database) {
    this.#database = database
  }

  async reserveTime(atLeastMs: number): Promise<number> {
    // One statement, so that two programs cannot get the same time.
    const row = this.#database
      .prepare<[number], { readonly last_ms: number }>(
        'UPDATE reserved_time SET last_ms = max(last_ms + 1, ?) RETURNING last_ms',
      )
      .get(atLeastMs)
    if (row === undefined) throw new Error('the table of reserved times is empty')
    return row.last_ms
  }

  async add(entries: readonly OutboxEntry[]): Promise<void> {
    const insert = this.#database.prepare('INSERT OR IGNORE INTO outbox VALUES (?, ?, ?, ?, ?)')
    this.#database
      .transaction(() => {
        for (const { hash, account, data, sentAtMs, state } of entries) {
          insert.run(hash, account, data, sentAtMs, state)
        }
      })
      .immediate()
  }

  async list(states: readonly OutboxState[]): Promise<readonly OutboxEntry[]> {
    const rows = this.#database
      .prepare<[string], OutboxRow>(
        'SELECT * FROM outbox WHERE state IN (SELECT value FROM json_each(?)) ORDER BY sent_at_ms, rowid',
      )
      .all(JSON.stringify(states))
    return rows.map(readEntry)
  }

  async setState(hash: string, state: OutboxState): Promise<void> {
    this.#database
      .prepare("UPDATE outbox SET state = ? WHERE hash = ? AND state <> 'sent'")
      .run(state, hash)
  }

  async prune(beforeMs: number): Promise<void> {
    this.#database
      .prepare("DELETE FROM outbox WHERE state IN ('sent', 'failed') AND sent_at_ms < ?")
      .run(beforeMs)
  }
}

/** Ids were checked before they were written. */
function readEntry({ hash, account, data, sent_at_ms: sentAtMs, state }: OutboxRow): OutboxEntry {
  return { hash, account: account as AccountId, data: Uint8Array.from(data), sentAtMs, state }
}
