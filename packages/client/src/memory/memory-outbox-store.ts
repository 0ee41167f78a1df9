/**
 * An `OutboxStore` in memory: the reference that other adapters are held against.
 *
 * @module
 */
import type { OutboxEntry, OutboxState, OutboxStore } from '../ports/index.ts'

export class MemoryOutboxStore implements OutboxStore {
  readonly #entries = new Map<string, OutboxEntry>()
  #lastTimeMs = 0

  reserveTime(atLeastMs: number): Promise<number> {
    this.#lastTimeMs = Math.max(atLeastMs, this.#lastTimeMs + 1)
    return Promise.resolve(this.#lastTimeMs)
  }

  add(entries: readonly OutboxEntry[]): Promise<void> {
    for (const entry of entries) {
      if (!this.#entries.has(entry.hash)) this.#entries.set(entry.hash, entry)
    }
    return Promise.resolve()
  }

  list(states: readonly OutboxState[]): Promise<readonly OutboxEntry[]> {
    const found = [...this.#entries.values()].filter(({ state }) => states.includes(state))
    return Promise.resolve(found.toSorted((a, b) => a.sentAtMs - b.sentAtMs))
  }

  setState(hash: string, state: OutboxState): Promise<void> {
    const entry = this.#entries.get(hash)
    if (entry !== undefined && entry.state !== 'sent') this.#entries.set(hash, { ...entry, state })
    return Promise.resolve()
  }

  prune(beforeMs: number): Promise<void> {
    for (const { hash, state, sentAtMs } of this.#entries.values()) {
      const isDone = state === 'sent' || state === 'failed'
      if (isDone && sentAtMs < beforeMs) this.#entries.delete(hash)
    }
    return Promise.resolve()
  }
}
