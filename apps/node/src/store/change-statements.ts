/**
 * The prepared statements of signed changes (spec 10 §8.1). What a change means is not known here.
 *
 * @module
 */
import type { Database, Statement } from 'better-sqlite3'
import type { ChangeSort } from '@sotto/protocol/replication'

type Bind = unknown[]

export interface ChangeRow {
  readonly account: Uint8Array
  readonly at: number
  readonly signed: number
  readonly hash: Uint8Array
  readonly until: number
  readonly sort: ChangeSort
  readonly request: Uint8Array
}

export interface DueChange {
  readonly id: number
  readonly account: Uint8Array
  readonly sort: ChangeSort
}

interface Found {
  readonly found: number
}

export interface ChangeStatements {
  readonly insert: Statement
  readonly hasRepeated: Statement<Bind, Found>
  readonly replace: Statement
  readonly hasSince: Statement<Bind, Found>
  readonly hasLater: Statement<Bind, Found>
  readonly last: Statement<Bind, { readonly at: number | null }>
  readonly measure: Statement<Bind, { readonly count: number; readonly bytes: number }>
  readonly trim: Statement
  readonly ofAccount: Statement<Bind, ChangeRow>
  readonly find: Statement<Bind, ChangeRow>
  readonly due: Statement<Bind, DueChange>
  readonly isAccountInUse: Statement<Bind, Found>
  readonly renew: Statement
  readonly drop: Statement
}

const COLUMNS = 'account, at, hash, until, sort, request'

export function prepareChangeStatements(database: Database): ChangeStatements {
  return {
    insert: database.prepare(
      `INSERT INTO changes (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`,
    ),
    hasRepeated: database.prepare(
      `SELECT EXISTS (SELECT 1 FROM changes WHERE account = ? AND at > ? AND request = ?) AS found`,
    ),
    replace: database.prepare('DELETE FROM changes WHERE account = ? AND at < ? AND request = ?'),
    hasSince: database.prepare(
      'SELECT EXISTS (SELECT 1 FROM changes WHERE account = ? AND at >= ?) AS found',
    ),
    // A range of the index first; ties, which are rare, by the hash.
    hasLater: database.prepare(
      `SELECT EXISTS (SELECT 1 FROM changes WHERE account = ? AND at >= ?
       AND (at > ? OR hash > ?)) AS found`,
    ),
    last: database.prepare('SELECT MAX(at) AS at FROM changes WHERE account = ?'),
    measure: database.prepare(
      'SELECT COUNT(*) AS count, TOTAL(LENGTH(request)) AS bytes FROM changes WHERE account = ?',
    ),
    // The newest, until there are too many of them or they are too long: what is forgotten is always the oldest.
    trim: database.prepare(
      `DELETE FROM changes WHERE id IN
       (SELECT id FROM
         (SELECT id, ROW_NUMBER() OVER newest AS place, SUM(LENGTH(request)) OVER newest AS bytes
          FROM changes WHERE account = ? AND sort = ?
          WINDOW newest AS (ORDER BY at DESC, hash DESC))
        WHERE place > ? OR bytes > ?)`,
    ),
    ofAccount: database.prepare(
      `SELECT ${COLUMNS} FROM changes WHERE account = ? ORDER BY at, hash`,
    ),
    find: database.prepare(`SELECT ${COLUMNS} FROM changes WHERE hash = ?`),
    due: database.prepare('SELECT id, account, sort FROM changes WHERE until <= ? LIMIT ?'),
    isAccountInUse: database.prepare(
      'SELECT EXISTS (SELECT 1 FROM messages WHERE account = ?) AS found',
    ),
    renew: database.prepare('UPDATE changes SET until = ? WHERE id = ?'),
    drop: database.prepare('DELETE FROM changes WHERE id = ?'),
  }
}
