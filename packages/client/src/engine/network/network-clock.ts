/**
 * The network's time: the device's clock, corrected by the times that nodes put into their answers (trap 9). Every
 * signed timestamp comes from here, because nodes refuse what is a minute off.
 *
 * @module
 */
import type { Clock } from '@sotto/protocol/clock'
import { SIGNATURE_TOLERANCE_MS } from '@sotto/protocol/rpc'

/** ADR 0006. The correction is the mean over this many answers. */
const SAMPLES = 10

export interface NetworkTime {
  now(): number
}

export class NetworkClock implements NetworkTime {
  readonly #clock: Clock
  readonly #offsets: number[] = []

  constructor(clock: Clock) {
    this.#clock = clock
  }

  now(): number {
    return this.#clock.now() - this.#computeOffset()
  }

  /** Takes the time from an answer that just arrived. */
  observe(nodeTimeMs: number): void {
    this.#offsets.push(this.#clock.now() - nodeTimeMs)
    if (this.#offsets.length > SAMPLES) this.#offsets.shift()
  }

  /**
   * The mean of those near the median: one node that lies about the time must not make all others refuse our
   * signatures.
   */
  #computeOffset(): number {
    const sorted = this.#offsets.toSorted((a, b) => a - b)
    const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
    const near = sorted.filter((offset) => Math.abs(offset - median) <= SIGNATURE_TOLERANCE_MS)
    const sum = near.reduce((total, offset) => total + offset, 0)
    return near.length === 0 ? 0 : Math.round(sum / near.length)
  }
}
