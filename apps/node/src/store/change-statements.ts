/**
 * The prepared statements of signed changes (spec 10 §8.1). What a change means is not known here.
 *
 * @module
 */
import type { Database, Statement } from 'better-sqlite3'

type Bind = unknown[]

export interface ChangeRow {
  readonly account: Uint8Array
  readonly at: number
  readonly signed: number
  readonly hash: Uint8Array
  readonly until: number
  readonly request: Uint8Array
}

export interface ChangeStatements {
  readonly insert: Statement
  readonly trim: Statement
  readonly ofAccount: Statement<Bind, ChangeRow>
  readonly find: Statement<Bind, ChangeRow>
  readonly sweep: Statement
}

const COLUMNS = 'account, at, signed, hash, until, request'

export function prepareChangeStatements(database: Database): ChangeStatements {
  return {
    insert: database.prepare(
      `INSERT INTO changes (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING`,
    ),
    trim: database.prepare(
      `DELETE FROM changes WHERE account = ? AND id NOT IN
       (SELECT id FROM changes WHERE account = ? ORDER BY at DESC, hash DESC LIMIT ?)`,
    ),
    ofAccount: database.prepare(
      `SELECT ${COLUMNS} FROM changes WHERE account = ? ORDER BY at, hash`,
    ),
    find: database.prepare(`SELECT ${COLUMNS} FROM changes WHERE hash = ?`),
    sweep: database.prepare(
      'DELETE FROM changes WHERE id IN (SELECT id FROM changes WHERE until <= ? LIMIT ?)',
    ),
  }
}
