/**
 * When, within an epoch, authorities do what for the next one (spec 08 §3.4). Shares of the epoch, so that short epochs
 * of tests work as long ones do; reading the clock is the program's part.
 *
 * @module
 */

export type AgreementPhase =
  /** Nodes are watched; messages for the next epoch are not taken yet. */
  | { readonly phase: 'observing' }
  /** Votes are sent at the beginning of round 1, and passed on as they come. */
  | { readonly phase: 'agreeing'; readonly round: number }
  /** The document is computed; who is still in the last round is waited for. */
  | { readonly phase: 'deciding' }
  /** Signatures under the document are exchanged. */
  | { readonly phase: 'signing' }

export interface PhaseQuestion {
  /** Since the current epoch began. */
  readonly elapsedMs: number
  readonly epochMs: number
  readonly rounds: number
}

/** Spec 08 §3.4, in sixteenths of an epoch. */
const VOTING_STARTS = 8
const ROUND_LENGTH = 1
const SIGNING_STARTS = 12
const SHARES = 16

/** The end of an epoch is the end of the last phase; what comes after it is `signing` still, and of no use. */
export function findAgreementPhase({ elapsedMs, epochMs, rounds }: PhaseQuestion): AgreementPhase {
  // Multiplied first: a quotient of two whole numbers may miss the beginning of a round by a rounding.
  const share = Math.floor((elapsedMs * SHARES) / epochMs)
  const round = Math.floor((share - VOTING_STARTS) / ROUND_LENGTH) + 1
  if (round < 1) return { phase: 'observing' }
  if (round <= rounds) return { phase: 'agreeing', round }
  return share < SIGNING_STARTS ? { phase: 'deciding' } : { phase: 'signing' }
}
