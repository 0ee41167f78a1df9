/**
 * Edits that came before the message that they change: nodes keep messages in orders of their own.
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'
import type { MessageName } from './history-message.ts'

export interface Edit {
  readonly text: string
  readonly editedAtMs: number
}

export class EarlyEditTable {
  readonly #put: SqlStatement
  readonly #take: SqlStatement
  readonly #forget: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(`INSERT INTO early_edits VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET text = excluded.text, edited_at_ms = excluded.edited_at_ms
      WHERE excluded.edited_at_ms > edited_at_ms`)
    this.#take = database.prepare(`DELETE FROM early_edits
      WHERE conversation = ? AND author = ? AND sent_at_ms = ? RETURNING text, edited_at_ms`)
    this.#forget = database.prepare('DELETE FROM early_edits WHERE edited_at_ms < ?')
  }

  /** The newest counts. */
  put({ conversation, author, sentAtMs }: MessageName, { text, editedAtMs }: Edit): void {
    this.#put.run(conversation, author, sentAtMs, text, editedAtMs)
  }

  /** Gives it and forgets it. */
  take({ conversation, author, sentAtMs }: MessageName): Edit | undefined {
    const row = this.#take.get(conversation, author, sentAtMs)
    return row && { text: String(row['text']), editedAtMs: Number(row['edited_at_ms']) }
  }

  /** Their messages will not come any more. */
  forget(beforeMs: number): void {
    this.#forget.run(beforeMs)
  }
}
