/**
 * The archive of another account, which only a history without content takes (spec 16 §7.3). Whose it was is remembered, because an
 * import that was interrupted leaves content behind.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Database } from '../../ports/index.ts'
import { migrate } from '../schema.ts'

const STATE_NAME = 'archive.other_account'
const CONTENT = ['messages', 'reactions', 'tombstones', 'drafts'] as const

export class ForeignArchive {
  readonly #database: Database

  constructor(database: Database) {
    migrate(database)
    this.#database = database
  }

  /** Whether the history is empty, or has nothing but what it took of this account. */
  canTake(account: AccountId): boolean {
    const taken = this.#database.prepare('SELECT value FROM state WHERE name = ?').get(STATE_NAME)
    if (taken?.['value'] === account) return true
    return CONTENT.every(
      (table) =>
        this.#database.prepare(`SELECT 1 AS found FROM ${table} LIMIT 1`).get() === undefined,
    )
  }

  take(account: AccountId): void {
    this.#database
      .prepare('INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value')
      .run(STATE_NAME, account)
  }
}
