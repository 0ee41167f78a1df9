/**
 * What the sides of a reconciliation may be told (spec 10 §5.6). Each side chooses for itself; the other need not know.
 *
 * @module
 */

import { MESSAGE_BYTES_MIN } from './message-draft.ts'
import { RECONCILE_BYTES_MAX } from './reconcile-message.ts'

/** Measured with `pnpm bench reconcile`: more parts cost bytes, fewer cost rounds. */
const SPLIT_PARTS = 8
/** Measured likewise: a longer list costs bytes, a shorter one rounds. */
const LIST_KEYS = 16
/** Spec 10 §5.6. */
export const ROUNDS_MAX = 64
/** Spec 10 §5.6. */
export const LEARNT_KEYS_MAX = 100_000

export interface MessageOptions {
  /** The longest message that this side sends. */
  readonly messageBytesMax?: number
  /** Into how many parts this side cuts a range that differs. */
  readonly splitParts?: number
}

export interface ReconciliationOptions extends MessageOptions {
  /** The beginning of the first key that counts. */
  readonly lower?: Uint8Array
  /** The beginning of the first key that no longer counts. */
  readonly upper?: Uint8Array
  readonly roundsMax?: number
  /** How many keys may be learnt from a peer, who could invent them. */
  readonly keysMax?: number
}

export interface AnswerOptions extends MessageOptions {
  /** Up to how many keys a range that differs is listed. */
  readonly listKeys?: number
}

/** Throws for limits with which no reconciliation could end. */
export function resolveMessageOptions(options: MessageOptions): Required<MessageOptions> {
  const { messageBytesMax = RECONCILE_BYTES_MAX, splitParts = SPLIT_PARTS } = options
  if (!(messageBytesMax >= MESSAGE_BYTES_MIN && messageBytesMax <= RECONCILE_BYTES_MAX)) {
    throw new RangeError('a limit of bytes out of range')
  }
  if (!(splitParts >= 2)) throw new RangeError('too few parts')
  return { messageBytesMax, splitParts }
}

/** Throws likewise: a single key that differs cannot be split any more. */
export function resolveAnswerOptions(options: AnswerOptions): Required<AnswerOptions> {
  const { listKeys = LIST_KEYS } = options
  if (!(listKeys >= 1)) throw new RangeError('too few keys of a list')
  return { ...resolveMessageOptions(options), listKeys }
}
