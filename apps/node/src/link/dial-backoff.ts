/**
 * How long a node waits before it dials a peer again that could not be reached: doubling, so that a dead
 * peer costs little, and short at first, so that a restart is not felt.
 *
 * @module
 */
import type { Clock } from '@sotto/protocol/clock'

const BACKOFF_FIRST_MS = 100
const BACKOFF_MAX_MS = 5000

export class DialBackoff {
  readonly #clock: Clock
  #delayMs = 0
  #notBeforeMs = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  get isOver(): boolean {
    const restMs = this.#notBeforeMs - this.#clock.now()
    // A clock that was set back must not keep the node away from others for as long as it was wrong.
    return restMs <= 0 || restMs > this.#delayMs
  }

  noteFailure(): void {
    this.#delayMs = Math.min(BACKOFF_MAX_MS, Math.max(BACKOFF_FIRST_MS, 2 * this.#delayMs))
    this.#notBeforeMs = this.#clock.now() + this.#delayMs
  }

  noteSuccess(): void {
    this.#delayMs = 0
    this.#notBeforeMs = 0
  }
}
