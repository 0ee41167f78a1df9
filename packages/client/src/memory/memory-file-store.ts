/**
 * Files in memory: for tests, and for programs that keep nothing.
 *
 * @module
 */
import type { FileStore } from '../ports/index.ts'

export class MemoryFileStore implements FileStore {
  readonly #files = new Map<string, Uint8Array>()

  get size(): number {
    return this.#files.size
  }

  write(name: string, bytes: Uint8Array): Promise<void> {
    this.#files.set(name, Uint8Array.from(bytes))
    return Promise.resolve()
  }

  read(name: string): Promise<Uint8Array | undefined> {
    const bytes = this.#files.get(name)
    return Promise.resolve(bytes && Uint8Array.from(bytes))
  }

  remove(name: string): Promise<void> {
    this.#files.delete(name)
    return Promise.resolve()
  }
}
