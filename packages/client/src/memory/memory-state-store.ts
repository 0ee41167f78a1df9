/**
 * A `StateStore` that forgets with the process: for tests, and for commands that belong to no account.
 *
 * @module
 */
import type { StateStore } from '../ports/index.ts'

export class MemoryStateStore implements StateStore {
  readonly #values = new Map<string, string>()

  read(name: string): Promise<string | undefined> {
    return Promise.resolve(this.#values.get(name))
  }

  write(name: string, value: string): Promise<void> {
    this.#values.set(name, value)
    return Promise.resolve()
  }
}
