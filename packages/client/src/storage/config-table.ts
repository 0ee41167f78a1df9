/**
 * Dumps of configurations: what an account or a group shares among devices, as far as this one knows (spec 11 §6.4).
 *
 * @module
 */
import type { Database, SqlStatement } from '../ports/index.ts'
import { type ConversationId, readConversation } from './history-message.ts'

export class ConfigTable {
  readonly #put: SqlStatement
  readonly #find: SqlStatement
  readonly #erase: SqlStatement
  readonly #listOwners: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(
      'INSERT INTO configs VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET dump = excluded.dump',
    )
    this.#find = database.prepare('SELECT dump FROM configs WHERE owner = ? AND namespace = ?')
    this.#erase = database.prepare('DELETE FROM configs WHERE owner = ?')
    this.#listOwners = database.prepare('SELECT DISTINCT owner FROM configs ORDER BY owner')
  }

  put(owner: ConversationId, namespace: number, dump: Uint8Array): void {
    this.#put.run(owner, namespace, dump)
  }

  find(owner: ConversationId, namespace: number): Uint8Array | undefined {
    const dump = this.#find.get(owner, namespace)?.['dump']
    return dump instanceof Uint8Array ? Uint8Array.from(dump) : undefined
  }

  erase(owner: ConversationId): void {
    this.#erase.run(owner)
  }

  /** Groups, and the account itself. */
  listOwners(): readonly ConversationId[] {
    return this.#listOwners.all().map((row) => readConversation(row['owner']))
  }
}
