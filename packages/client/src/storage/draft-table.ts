/**
 * What was written and not sent. It stays on this device.
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'
import type { ConversationId } from './history-message.ts'

export class DraftTable {
  readonly #put: SqlStatement
  readonly #find: SqlStatement
  readonly #erase: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(
      'INSERT INTO drafts VALUES (?, ?) ON CONFLICT DO UPDATE SET text = excluded.text',
    )
    this.#find = database.prepare('SELECT text FROM drafts WHERE conversation = ?')
    this.#erase = database.prepare('DELETE FROM drafts WHERE conversation = ?')
  }

  /** The empty text erases. */
  put(conversation: ConversationId, text: string): void {
    if (text === '') this.#erase.run(conversation)
    else this.#put.run(conversation, text)
  }

  find(conversation: ConversationId): string {
    return String(this.#find.get(conversation)?.['text'] ?? '')
  }
}
