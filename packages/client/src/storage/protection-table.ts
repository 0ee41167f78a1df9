/**
 * In which form the newest message of a conversation was sealed, in each direction (spec 12 §4.4).
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'
import type { ConversationId } from './history-message.ts'

/** From the best to the least. */
export const MESSAGE_FORMS = ['forward-secret', 'without-secrecy', 'first-version'] as const
export type MessageForm = (typeof MESSAGE_FORMS)[number]
export type MessageDirection = 'sent' | 'received'

export interface Protection {
  readonly conversation: ConversationId
  readonly direction: MessageDirection
  readonly form: MessageForm
  readonly sentAtMs: number
}

export class ProtectionTable {
  readonly #put: SqlStatement
  readonly #find: SqlStatement
  readonly #erase: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(`INSERT INTO protections VALUES (?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET form = excluded.form, sent_at_ms = excluded.sent_at_ms
        WHERE excluded.sent_at_ms >= sent_at_ms`)
    this.#find = database.prepare(
      'SELECT * FROM protections WHERE conversation = ? AND direction = ?',
    )
    this.#erase = database.prepare('DELETE FROM protections WHERE conversation = ?')
  }

  /** Gives whether it is about a message at least as new as the newest so far. */
  put({ conversation, direction, form, sentAtMs }: Protection): boolean {
    return this.#put.run(conversation, direction, form, sentAtMs) > 0
  }

  find(conversation: ConversationId, direction: MessageDirection): Protection | undefined {
    const row = this.#find.get(conversation, direction)
    const form = MESSAGE_FORMS.find((each) => each === row?.['form'])
    if (row === undefined || form === undefined) return undefined
    return { conversation, direction, form, sentAtMs: Number(row['sent_at_ms']) }
  }

  erase(conversation: ConversationId): void {
    this.#erase.run(conversation)
  }
}
