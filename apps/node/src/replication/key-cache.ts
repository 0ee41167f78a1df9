/**
 * The key set of a swarm for as long as a comparison lasts (spec 10 §5.4): a peer's questions come one after the other, and
 * each of them against a set that was counted anew would take as long as all of them together.
 *
 * @module
 */
import type { Clock } from '@sotto/protocol/clock'
import type { KeySet } from '@sotto/protocol/replication'

interface Cached {
  readonly keys: Promise<KeySet>
  readonly untilMs: number
}

/** Records of clients that come meanwhile are found by the next comparison. */
const LIFETIME_MS = 2000
/** What is counted soon after records came: a peer may make them come one by one, and ask in between. */
const CHANGED_LIFETIME_MS = 250
/** Comparisons with so many swarms at once. */
const ENTRIES_MAX = 4

export class KeyCache {
  readonly #clock: Clock
  readonly #scan: (swarm: bigint) => Promise<KeySet>
  readonly #cached = new Map<bigint, Cached>()

  constructor(clock: Clock, scan: (swarm: bigint) => Promise<KeySet>) {
    this.#clock = clock
    this.#scan = scan
  }

  get(swarm: bigint): Promise<KeySet> {
    const known = this.#cached.get(swarm)
    const nowMs = this.#clock.now()
    if (known !== undefined && known.untilMs > nowMs) return known.keys
    this.#cached.delete(swarm)
    const oldest = this.#cached.keys().next()
    if (this.#cached.size >= ENTRIES_MAX && oldest.done === false) this.#cached.delete(oldest.value)
    const keys = this.#scan(swarm)
    this.#cached.set(swarm, { keys, untilMs: nowMs + LIFETIME_MS })
    this.#clock.after(LIFETIME_MS, () => this.#forget(swarm, keys))
    return keys
  }

  /** After records came from other nodes. Whoever saw the old keys would give them once more. */
  noteChange(): void {
    const untilMs = this.#clock.now() + CHANGED_LIFETIME_MS
    for (const [swarm, cached] of this.#cached) {
      if (cached.untilMs > untilMs) this.#cached.set(swarm, { ...cached, untilMs })
    }
  }

  /** After the node has caught up, or the directory changed. */
  clear(): void {
    this.#cached.clear()
  }

  /** Millions of keys are not to lie in memory until the next comparison. */
  #forget(swarm: bigint, keys: Promise<KeySet>): void {
    if (this.#cached.get(swarm)?.keys === keys) this.#cached.delete(swarm)
  }
}
