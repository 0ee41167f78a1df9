/**
 * The prepared statements of revoked subaccount tokens (spec 03 §4).
 *
 * @module
 */
import type { Database, Statement } from 'better-sqlite3'

type Bind = unknown[]

export interface RevocationStatements {
  readonly isKnownAccount: Statement<Bind, { readonly found: number }>
  readonly insert: Statement
  readonly trim: Statement
  readonly delete: Statement
  readonly find: Statement<Bind, { readonly found: number }>
}

export function prepareRevocationStatements(database: Database): RevocationStatements {
  return {
    isKnownAccount: database.prepare(
      `SELECT 1 AS found WHERE EXISTS (SELECT 1 FROM messages WHERE account = ?)
       OR EXISTS (SELECT 1 FROM revocations WHERE account = ?)`,
    ),
    // Revoked again means revoked last, or the trim below would drop it as old.
    insert: database.prepare('INSERT OR REPLACE INTO revocations (account, token) VALUES (?, ?)'),
    trim: database.prepare(
      `DELETE FROM revocations WHERE account = ? AND id NOT IN
       (SELECT id FROM revocations WHERE account = ? ORDER BY id DESC LIMIT ?)`,
    ),
    delete: database.prepare('DELETE FROM revocations WHERE account = ? AND token = ?'),
    find: database.prepare('SELECT 1 AS found FROM revocations WHERE account = ? AND token = ?'),
  }
}
