/**
 * The prepared statements of the message table, each written once. Composing them into operations is
 * `sqlite-message-store.ts`.
 *
 * Parameters are plain `?`, repeated where needed: the driver takes numbered ones for names and refuses
 * values by position.
 *
 * A statement that runs for each request has no ORDER BY and no LIMIT: with either, SQLite looks at the bound
 * values while it compiles and compiles again when they change, which took half the time of a page. A scan of
 * `messages_box` is in the order of `id` anyway.
 *
 * @module
 */
import type { Database, Statement } from 'better-sqlite3'

export interface MessageRow {
  readonly id: number
  readonly hash: string
  readonly namespace: number
  readonly timestamp: number
  readonly expiry: number
  readonly data: Uint8Array
}

type Bind = unknown[]

export interface MessageStatements {
  readonly insert: Statement
  readonly setExpiry: Statement
  readonly findId: Statement<Bind, Pick<MessageRow, 'id'>>
  readonly page: Statement<Bind, MessageRow>
  readonly findOwned: Statement<Bind, Pick<MessageRow, 'expiry' | 'namespace'>>
  readonly delete: Statement
  readonly findStored: Statement<Bind, { readonly stored: number }>
  readonly lastStored: Statement<Bind, { readonly stored: number | null }>
  readonly deleteOthers: Statement
  readonly deleteBox: Statement<Bind, Pick<MessageRow, 'hash' | 'namespace'>>
  readonly deleteAccount: Statement<Bind, Pick<MessageRow, 'hash' | 'namespace'>>
  readonly shortenBox: Statement<Bind, Pick<MessageRow, 'hash' | 'namespace'>>
  readonly shortenAccount: Statement<Bind, Pick<MessageRow, 'hash' | 'namespace'>>
  readonly sweep: Statement
}

export function prepareMessageStatements(database: Database): MessageStatements {
  return {
    insert: database.prepare(
      `INSERT INTO messages
         (account, namespace, hash, timestamp, expiry, stored, first_expiry, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (hash, namespace) DO NOTHING`,
    ),
    setExpiry: database.prepare(
      `UPDATE messages SET expiry = ?
       WHERE hash = ? AND account = ? AND stored <= ? AND expiry > ? AND expiry < ?`,
    ),
    findId: database.prepare(
      'SELECT id FROM messages WHERE hash = ? AND account = ? AND namespace = ? AND expiry > ?',
    ),
    page: database.prepare(
      `SELECT hash, timestamp, expiry, data FROM messages INDEXED BY messages_box
       WHERE account = ? AND namespace = ? AND id > ? AND expiry > ?`,
    ),
    findOwned: database.prepare(
      'SELECT expiry, namespace FROM messages WHERE hash = ? AND account = ? AND expiry > ?',
    ),
    findStored: database.prepare('SELECT stored FROM messages WHERE hash = ? AND account = ?'),
    lastStored: database.prepare('SELECT MAX(stored) AS stored FROM messages WHERE account = ?'),
    delete: database.prepare('DELETE FROM messages WHERE hash = ? AND account = ? AND stored <= ?'),
    deleteOthers: database.prepare(
      'DELETE FROM messages WHERE account = ? AND namespace = ? AND hash <> ?',
    ),
    deleteBox: database.prepare(
      `DELETE FROM messages
       WHERE account = ? AND namespace = ? AND stored <= ? AND timestamp <= ?
       RETURNING hash, namespace`,
    ),
    deleteAccount: database.prepare(
      `DELETE FROM messages
       WHERE account = ? AND stored <= ? AND timestamp <= ?
       RETURNING hash, namespace`,
    ),
    shortenBox: database.prepare(
      `UPDATE messages SET expiry = ?
       WHERE account = ? AND namespace = ? AND stored <= ? AND timestamp <= ?
       AND expiry > ? RETURNING hash, namespace`,
    ),
    shortenAccount: database.prepare(
      `UPDATE messages SET expiry = ?
       WHERE account = ? AND stored <= ? AND timestamp <= ?
       AND expiry > ? RETURNING hash, namespace`,
    ),
    sweep: database.prepare(
      'DELETE FROM messages WHERE id IN (SELECT id FROM messages WHERE expiry <= ? LIMIT ?)',
    ),
  }
}
