/**
 * Who reacted to what. A removal stays as a row until its message goes, so that an older reaction that comes late does not
 * bring back what was taken away.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Database, SqlStatement } from '../ports/index.ts'
import { type MessageName, readAuthor } from './history-message.ts'

/** Of one message; more are dropped. */
export const REACTIONS_MAX = 500

export interface Reaction {
  readonly reactor: AccountId
  readonly emoji: string
}

export interface ReactionChange extends Reaction {
  readonly target: MessageName
  readonly isRemoved: boolean
  readonly changedAtMs: number
}

const WHERE_TARGET = 'conversation = ? AND author = ? AND sent_at_ms = ?'

export class ReactionTable {
  readonly #put: SqlStatement
  readonly #list: SqlStatement
  readonly #count: SqlStatement
  readonly #erase: SqlStatement
  readonly #eraseConversation: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(`INSERT INTO reactions VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET changed_at_ms = excluded.changed_at_ms, is_removed = excluded.is_removed
      WHERE excluded.changed_at_ms > changed_at_ms`)
    this.#list = database.prepare(
      `SELECT reactor, emoji FROM reactions WHERE ${WHERE_TARGET} AND is_removed = 0 ORDER BY changed_at_ms, reactor`,
    )
    this.#count = database.prepare(`SELECT count(*) AS n FROM reactions WHERE ${WHERE_TARGET}`)
    this.#erase = database.prepare(`DELETE FROM reactions WHERE ${WHERE_TARGET}`)
    this.#eraseConversation = database.prepare('DELETE FROM reactions WHERE conversation = ?')
  }

  /** The newer change counts, whatever the order of arrival. */
  put({ target, reactor, emoji, changedAtMs, isRemoved }: ReactionChange): boolean {
    const name = listName(target)
    if (Number(this.#count.get(...name)?.['n']) >= REACTIONS_MAX) return false
    return this.#put.run(...name, reactor, emoji, changedAtMs, isRemoved ? 1 : 0) > 0
  }

  list(target: MessageName): readonly Reaction[] {
    return this.#list.all(...listName(target)).map((row) => ({
      reactor: readAuthor(row['reactor']),
      emoji: String(row['emoji']),
    }))
  }

  erase(target: MessageName): void {
    this.#erase.run(...listName(target))
  }

  eraseConversation(conversation: MessageName['conversation']): void {
    this.#eraseConversation.run(conversation)
  }
}

function listName({ conversation, author, sentAtMs }: MessageName): [string, string, number] {
  return [conversation, author, sentAtMs]
}
