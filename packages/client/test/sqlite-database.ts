/**
 * The port `Database` on better-sqlite3, in memory or in a file that a test owns.
 *
 * @module
 */
import BetterSqlite from 'better-sqlite3'
import type { Database, SqlRow, SqlStatement, SqlValue } from '../src/ports/index.ts'

export function openSqlite(path = ':memory:'): Database & Disposable {
  const sqlite = new BetterSqlite(path)
  return {
    prepare: (sql) => wrap(sqlite.prepare<SqlValue[], SqlRow>(sql)),
    execute: (sql) => {
      sqlite.exec(sql)
    },
    transaction: (work) => sqlite.transaction(work).immediate(),
    [Symbol.dispose]: () => {
      sqlite.close()
    },
  }
}

function wrap(statement: BetterSqlite.Statement<SqlValue[], SqlRow>): SqlStatement {
  return {
    run: (...values) => statement.run(...values).changes,
    get: (...values) => statement.get(...values),
    all: (...values) => statement.all(...values),
  }
}
