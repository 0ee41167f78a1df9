/**
 * How long a node may be down before it is removed (spec 08 §4.5): earned while it works, used up while it does not.
 * Counted in parts of an epoch, so that what one good epoch earns is a whole number.
 *
 * @module
 */

import { TIMES_IN_EPOCHS } from '../directory/network-times.ts'

/** Spec 08 §4.5. Parts in an epoch; a node earns one of them in an epoch. */
const PARTS: number = TIMES_IN_EPOCHS.creditEarningPeriod
/** Spec 08 §4.5. A return costs so many times the time that the node was away, which makes flapping dear. */
const RETURN_FACTOR = 2

export const CREDIT_INITIAL: number = TIMES_IN_EPOCHS.creditInitial * PARTS
export const CREDIT_MAX: number = TIMES_IN_EPOCHS.creditMax * PARTS
/** With less, the first offence is the last. */
export const CREDIT_REQUIRED: number = TIMES_IN_EPOCHS.creditRequired * PARTS

export function earnCredit(credit: number, epochs: number): number {
  return Math.min(CREDIT_MAX, credit + epochs)
}

/** Goes below zero, which is how it shows that it is used up; after a long outage not without end. */
export function drainCredit(credit: number, epochs: number): number {
  return Math.max(-CREDIT_MAX, credit - epochs * PARTS)
}

export interface Downtime {
  /** What is left of it, after the epochs that were drained so far. */
  readonly credit: number
  readonly drainedEpochs: number
  /** From the epoch of the decommission to that of the return. */
  readonly downEpochs: number
}

/** What a node has that comes back: reckoned from what it had when it went. */
export function restoreCredit({ credit, drainedEpochs, downEpochs }: Downtime): number {
  const atDecommission = credit + drainedEpochs * PARTS
  return Math.max(0, atDecommission - RETURN_FACTOR * downEpochs * PARTS)
}
