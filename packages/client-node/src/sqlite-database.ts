/**
 * The port `Database` on better-sqlite3.
 *
 * @module
 */
import type { Database, SqlRow, SqlStatement, SqlValue } from '@sotto/client/ports'
import Sqlite from 'better-sqlite3'

/** Others write for milliseconds. */
const BUSY_TIMEOUT_MS = 10_000

export type OpenDatabase = Database & Disposable

/** In memory without a path. Throws what SQLite throws. */
export function openDatabase(path = ':memory:'): OpenDatabase {
  const sqlite = new Sqlite(path, { timeout: BUSY_TIMEOUT_MS })
  sqlite.pragma('journal_mode = WAL')
  return wrapSqlite(sqlite)
}

export function wrapSqlite(sqlite: Sqlite.Database): OpenDatabase {
  return {
    prepare: (sql) => wrapStatement(sqlite.prepare<SqlValue[], SqlRow>(sql)),
    execute: (sql) => {
      sqlite.exec(sql)
    },
    transaction: (work) => sqlite.transaction(work).immediate(),
    [Symbol.dispose]: () => {
      sqlite.close()
    },
  }
}

function wrapStatement(statement: Sqlite.Statement<SqlValue[], SqlRow>): SqlStatement {
  return {
    run: (...values) => statement.run(...values).changes,
    get: (...values) => statement.get(...values),
    all: (...values) => statement.all(...values),
  }
}
