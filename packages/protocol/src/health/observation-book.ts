/**
 * The newest that each observer has said about each node (spec 09 §5.3), bounded whatever is sent. Who may observe, and what
 * follows from it, is decided elsewhere.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { Observation, ObservationReport } from './observation-report.ts'

export interface HeldObservation extends Observation {
  readonly observer: string
  readonly epoch: number
  readonly issuedAt: number
}

export interface ObservationHistory {
  readonly latest: HeldObservation
  /** The one of an earlier epoch, which audits are compared with. */
  readonly before?: HeldObservation
}

/** Spec 09 §5.3. */
const TARGETS_MAX = 4096
const OBSERVERS_MAX = 64

export class ObservationBook {
  /** By target, then by observer, both in hex; the oldest first. */
  readonly #targets = new Map<string, Map<string, ObservationHistory>>()

  /** Leaves out what is not newer than what is held, and what the observer says of itself. */
  add({ observer, epoch, issuedAt, observations }: ObservationReport): void {
    const name = encodeHex(observer)
    for (const observation of observations) {
      const target = encodeHex(observation.target)
      if (target !== name) this.#keep(target, { ...observation, observer: name, epoch, issuedAt })
    }
  }

  #keep(target: string, held: HeldObservation): void {
    const observers = this.#targets.get(target) ?? new Map<string, ObservationHistory>()
    const known = observers.get(held.observer)
    if (known !== undefined && known.latest.issuedAt >= held.issuedAt) return
    const before =
      known !== undefined && known.latest.epoch < held.epoch ? known.latest : known?.before
    observers.delete(held.observer)
    observers.set(held.observer, { latest: held, ...(before === undefined ? {} : { before }) })
    dropOldest(observers, OBSERVERS_MAX)
    this.#targets.delete(target)
    this.#targets.set(target, observers)
    dropOldest(this.#targets, TARGETS_MAX)
  }

  about(target: string): readonly ObservationHistory[] {
    return [...(this.#targets.get(target)?.values() ?? [])]
  }

  /** Forgets what is about nodes that are not there, and by observers that are not. */
  retain(isThere: (key: string) => boolean): void {
    for (const [target, observers] of this.#targets) {
      if (!isThere(target)) this.#targets.delete(target)
      for (const observer of observers.keys()) if (!isThere(observer)) observers.delete(observer)
    }
  }
}

function dropOldest(map: Map<string, unknown>, max: number): void {
  const oldest = map.keys().next()
  if (map.size > max && oldest.done === false) map.delete(oldest.value)
}
