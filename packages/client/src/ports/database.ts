/**
 * The port for everything that the engine keeps: one SQLite database with FTS5, synchronous, erasing securely (ADR 0013). The
 * engine brings tables, migrations and queries; an adapter opens the file, protects it, and says how long to wait for locks.
 *
 * @module
 */

export type SqlValue = string | number | Uint8Array | null

/** By names of columns. Integers are numbers: nothing here is beyond 2^53. */
export type SqlRow = Readonly<Record<string, SqlValue>>

export interface SqlStatement {
  /** Gives how many rows were changed. */
  run(...values: readonly SqlValue[]): number
  get(...values: readonly SqlValue[]): SqlRow | undefined
  all(...values: readonly SqlValue[]): readonly SqlRow[]
}

export interface Database {
  /** One statement with `?` for values. Throws for what is not SQL. */
  prepare(sql: string): SqlStatement
  /** Several statements without values. */
  execute(sql: string): void
  /** All of it, or nothing if it throws. Inside of another one it is part of that. */
  transaction<T>(work: () => T): T
}
