/**
 * `StateStore` in a home's database.
 *
 * @module
 */
import type { StateStore } from '@sotto/client/ports'
import type { Database, Statement } from 'better-sqlite3'

export class SqliteStateStore implements StateStore {
  readonly #select: Statement<[string], { readonly value: string }>
  readonly #upsert: Statement<[string, string]>

  constructor(database: Database) {
    this.#select = database.prepare('SELECT value FROM state WHERE name = ?')
    this.#upsert = database.prepare(
      'INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    )
  }

  async read(name: string): Promise<string | undefined> {
    return this.#select.get(name)?.value
  }

  async write(name: string, value: string): Promise<void> {
    this.#upsert.run(name, value)
  }
}
