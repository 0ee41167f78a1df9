/**
 * The prepared statements by which records are scanned, read and admitted (spec 10). Scans go by row id in slices, so
 * that a node serves requests in between.
 *
 * @module
 */
import type { Database, Statement } from 'better-sqlite3'

type Bind = unknown[]

export interface RecordRow {
  readonly id: number
  readonly account: Uint8Array
  readonly namespace: number
  readonly hash: string
  readonly timestamp: number
  readonly expiry: number
  readonly stored: number
  readonly first_expiry: number
}

/** Id, account in hex, namespace, hash, first expiry. */
export type ScannedRow = readonly [number, string, number, string, number]

export interface RecordStatements {
  readonly scan: Statement<Bind, ScannedRow>
  readonly scanChanges: Statement<
    Bind,
    { id: number; account: Uint8Array; hash: Uint8Array; atMs: number }
  >
  readonly read: Statement<Bind, RecordRow & { readonly data: Uint8Array }>
  readonly dated: Statement<Bind, RecordRow>
  readonly findDated: Statement<Bind, RecordRow>
  readonly alone: Statement<Bind, Pick<RecordRow, 'hash' | 'timestamp'>>
  readonly sample: Statement<Bind, Omit<RecordRow, 'timestamp'>>
  readonly lastId: Statement<Bind, { id: number | null }>
  readonly count: Statement<Bind, { count: number }>
  readonly countNamespaces: Statement<Bind, { namespace: number; messages: number }>
  readonly firstExpiry: Statement<Bind, { expiry: number | null }>
  readonly setEnd: Statement
  readonly settle: Statement
  readonly forget: Statement
  readonly forgetChange: Statement
}

const COLUMNS = 'id, account, namespace, hash, timestamp, expiry, stored, first_expiry'

export function prepareRecordStatements(database: Database): RecordStatements {
  return {
    // The plus keeps the index of expiries out: the order is that of ids.
    scan: database
      .prepare<Bind, ScannedRow>(
        `SELECT id, hex(account), namespace, hash, first_expiry FROM messages
         WHERE id > ? AND +expiry > ? ORDER BY id LIMIT ?`,
      )
      .raw(),
    scanChanges: database.prepare(
      'SELECT id, account, hash, at AS atMs FROM changes WHERE id > ? ORDER BY id LIMIT ?',
    ),
    read: database.prepare(
      `SELECT ${COLUMNS}, data FROM messages WHERE hash = ? AND namespace = ? AND expiry > ?`,
    ),
    dated: database.prepare(`SELECT ${COLUMNS} FROM messages WHERE account = ?`),
    findDated: database.prepare(`SELECT ${COLUMNS} FROM messages WHERE hash = ? AND namespace = ?`),
    alone: database.prepare(
      'SELECT hash, timestamp FROM messages WHERE account = ? AND namespace = ?',
    ),
    sample: database.prepare(
      `SELECT id, account, namespace, hash, expiry, stored, first_expiry FROM messages
       WHERE id >= ? AND stored < ? AND expiry > ? LIMIT 1`,
    ),
    lastId: database.prepare('SELECT max(id) AS id FROM messages'),
    count: database.prepare('SELECT count(*) AS count FROM messages'),
    countNamespaces: database.prepare(
      'SELECT namespace, count(*) AS messages FROM messages GROUP BY namespace ORDER BY namespace',
    ),
    firstExpiry: database.prepare('SELECT min(expiry) AS expiry FROM messages'),
    setEnd: database.prepare(
      'UPDATE messages SET stored = ?, first_expiry = ?, expiry = ? WHERE id = ?',
    ),
    settle: database.prepare(
      'UPDATE messages SET first_expiry = expiry WHERE account = ? AND expiry <> first_expiry',
    ),
    forget: database.prepare('DELETE FROM messages WHERE hash = ? AND namespace = ?'),
    forgetChange: database.prepare('DELETE FROM changes WHERE hash = ?'),
  }
}
