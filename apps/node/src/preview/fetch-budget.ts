/**
 * How much a node fetches for previews: so many at once, and so many in a minute, for everybody together (spec 17 §5.3). Clients cannot
 * be told apart here, so one of them can use all of it up; what is protected are the node's memory and other people's sites.
 *
 * @module
 */
import type { Clock } from '@sotto/protocol/clock'

export interface FetchBudgetOptions {
  readonly atOnceMax: number
  readonly perMinuteMax: number
  readonly clock: Clock
}

const WINDOW_MS = 60_000

export class FetchBudget {
  readonly #options: FetchBudgetOptions
  #running = 0
  #windowStartMs = Number.NEGATIVE_INFINITY
  #inWindow = 0

  constructor(options: FetchBudgetOptions) {
    this.#options = options
  }

  /** Gives what ends the fetch, or nothing when there is no room for it. */
  begin(): (() => void) | undefined {
    const { atOnceMax, perMinuteMax, clock } = this.#options
    const ageMs = clock.now() - this.#windowStartMs
    // A clock that was set back begins a window too, or nothing would be fetched until it caught up.
    if (ageMs >= WINDOW_MS || ageMs < 0) {
      this.#windowStartMs = clock.now()
      this.#inWindow = 0
    }
    if (this.#running >= atOnceMax || this.#inWindow >= perMinuteMax) return undefined
    this.#running += 1
    this.#inWindow += 1
    return () => {
      this.#running -= 1
    }
  }
}
