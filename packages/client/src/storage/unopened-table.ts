/**
 * Messages of the second version that no key opened yet (spec 12 §3.5). Anybody can make such a message, so there is an end to how
 * many are kept, and how much of them.
 *
 * @module
 */
import type { Database, SqlRow, SqlStatement } from '../ports/index.ts'

export interface UnopenedMessage {
  readonly hash: string
  readonly data: Uint8Array
  readonly receivedAtMs: number
  readonly expiresAtMs: number
}

/** Spec 12 §3.5. */
const UNOPENED_MAX = 500
/** Spec 12 §3.5. */
const UNOPENED_BYTES_MAX: number = 8 * 1024 * 1024

export class UnopenedTable {
  readonly #put: SqlStatement
  readonly #list: SqlStatement
  readonly #erase: SqlStatement
  readonly #eraseEnded: SqlStatement
  readonly #eraseBeyond: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare('INSERT INTO unopened VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING')
    this.#list = database.prepare('SELECT * FROM unopened ORDER BY received_at_ms, rowid')
    this.#erase = database.prepare('DELETE FROM unopened WHERE hash = ?')
    this.#eraseEnded = database.prepare('DELETE FROM unopened WHERE expires_at_ms < ?')
    // The smallest stay: texts are short, and a flood is cheapest when it is large.
    this.#eraseBeyond = database.prepare(`DELETE FROM unopened WHERE rowid IN (
      SELECT rowid FROM (
        SELECT rowid, row_number() OVER wanted AS place, sum(length(data)) OVER wanted AS bytes
          FROM unopened WINDOW wanted AS (ORDER BY length(data), rowid)
      ) WHERE place > ? OR bytes > ?)`)
  }

  put({ hash, data, receivedAtMs, expiresAtMs }: UnopenedMessage): void {
    this.#put.run(hash, data, receivedAtMs, expiresAtMs)
  }

  /** In the order in which they came. */
  list(): readonly UnopenedMessage[] {
    return this.#list.all().map(readUnopened)
  }

  erase(hash: string): void {
    this.#erase.run(hash)
  }

  /** What its swarm has forgotten, and what is beyond the bounds. */
  prune(nowMs: number): void {
    this.#eraseEnded.run(nowMs)
    this.#eraseBeyond.run(UNOPENED_MAX, UNOPENED_BYTES_MAX)
  }
}

function readUnopened(row: SqlRow): UnopenedMessage {
  const { data } = row
  return {
    hash: String(row['hash']),
    data: data instanceof Uint8Array ? Uint8Array.from(data) : new Uint8Array(),
    receivedAtMs: Number(row['received_at_ms']),
    expiresAtMs: Number(row['expires_at_ms']),
  }
}
