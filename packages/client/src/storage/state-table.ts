/**
 * Small texts under names: what the engine remembers about the network between runs, and how this device is set. It stays on this device.
 *
 * @module
 */
import type { Database, SqlStatement, StateStore } from '../ports/index.ts'

export class StateTable implements StateStore {
  readonly #put: SqlStatement
  readonly #find: SqlStatement

  constructor(database: Database) {
    this.#put = database.prepare(
      'INSERT INTO state VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
    )
    this.#find = database.prepare('SELECT value FROM state WHERE name = ?')
  }

  put(name: string, value: string): void {
    this.#put.run(name, value)
  }

  find(name: string): string | undefined {
    const value = this.#find.get(name)?.['value']
    return typeof value === 'string' ? value : undefined
  }

  async read(name: string): Promise<string | undefined> {
    return this.find(name)
  }

  async write(name: string, value: string): Promise<void> {
    this.put(name, value)
  }
}
