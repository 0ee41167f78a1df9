/**
 * Names of messages that must not come back: taken back by their author, deleted here, or over (ADR 0013).
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'
import type { MessageName } from './history-message.ts'

export class TombstoneTable {
  readonly #put: SqlStatement
  readonly #has: SqlStatement
  readonly #forget: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(`INSERT INTO tombstones VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET ends_at_ms = max(ends_at_ms, excluded.ends_at_ms)`)
    this.#has = database.prepare(
      'SELECT 1 AS found FROM tombstones WHERE conversation = ? AND author = ? AND sent_at_ms = ?',
    )
    this.#forget = database.prepare('DELETE FROM tombstones WHERE ends_at_ms < ?')
  }

  /** `endsAtMs` is when no swarm can have the message any more. */
  put({ conversation, author, sentAtMs }: MessageName, endsAtMs: number): void {
    this.#put.run(conversation, author, sentAtMs, endsAtMs)
  }

  has({ conversation, author, sentAtMs }: MessageName): boolean {
    return this.#has.get(conversation, author, sentAtMs) !== undefined
  }

  forget(nowMs: number): void {
    this.#forget.run(nowMs)
  }
}
