/**
 * The asking side of a reconciliation (spec 10 §5.3): it sends fingerprints of its ranges and narrows down where they
 * differ, until it knows which keys each side lacks. It ends within bounds whatever it is answered. Sending messages,
 * fetching records and checking them is the node's part.
 *
 * @module
 */

import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { type Findings, compareAnswer } from './compare-answer.ts'
import { KeyCollector } from './key-collector.ts'
import {
  FIRST_BOUND,
  type Piece,
  type UpperBound,
  compareUpper,
  findPiece,
  splitPiece,
  trimBound,
} from './key-range.ts'
import type { KeySet } from './key-set.ts'
import { MessageDraft } from './message-draft.ts'
import { decodeReconcileMessage } from './reconcile-message.ts'
import {
  LEARNT_KEYS_MAX,
  type ReconciliationOptions,
  ROUNDS_MAX,
  resolveMessageOptions,
} from './reconcile-options.ts'

export interface ReconciliationOutcome {
  readonly kind: 'done'
  /** Keys that the peer lacks, as it says. */
  readonly have: KeySet
  /** Keys that we lack, as the peer says: whether it has the records shows when they are fetched. */
  readonly need: KeySet
  /** Not so when a limit ended it; what was found until then holds. */
  readonly isComplete: boolean
  /** Questions that were sent. */
  readonly rounds: number
}

export type ReconciliationStep =
  | { readonly kind: 'ask'; readonly message: Uint8Array }
  | ReconciliationOutcome

export interface Reconciliation {
  /**
   * Begins without an answer; then takes the answer to each message, which comes from outside. After a refusal or an
   * outcome it has ended, and throws.
   */
  next(answer?: Uint8Array): Result<ReconciliationStep, ProtocolError>
}

export function createReconciliation(
  keys: KeySet,
  options: ReconciliationOptions = {},
): Reconciliation {
  return new AskingSide(keys, options)
}

class AskingSide implements Reconciliation {
  readonly #findings: Findings
  readonly #messageBytesMax: number
  readonly #roundsMax: number
  /** What is still to be asked, in ascending order, none of it twice. */
  #pending: readonly Piece[]
  #asked: readonly Piece[] = []
  #rounds = 0
  #hasEnded = false

  constructor(keys: KeySet, options: ReconciliationOptions) {
    const { messageBytesMax, splitParts } = resolveMessageOptions(options)
    const { roundsMax = ROUNDS_MAX, keysMax = LEARNT_KEYS_MAX } = options
    const [have, need] = [new KeyCollector(keys.count), new KeyCollector(keysMax)]
    this.#findings = { keys, splitParts, have, need }
    this.#messageBytesMax = messageBytesMax
    this.#roundsMax = roundsMax
    const lower = trimBound(options.lower ?? FIRST_BOUND)
    const upper = options.upper && trimBound(options.upper)
    const isEmpty = compareUpper(lower, upper) >= 0
    this.#pending = isEmpty ? [] : splitPiece(keys, findPiece(keys, { lower, upper }), splitParts)
  }

  next(answer?: Uint8Array): Result<ReconciliationStep, ProtocolError> {
    if (this.#hasEnded || (answer === undefined) !== (this.#rounds === 0)) {
      throw new Error('each question has one answer, and an ended reconciliation has none')
    }
    const open = answer === undefined ? ok([]) : this.#take(answer)
    if (!open.ok) {
      this.#hasEnded = true
      return open
    }
    this.#pending = [...open.value, ...this.#pending]
    const isBounded = this.#findings.need.hasOverflowed || this.#rounds >= this.#roundsMax
    return ok(this.#pending.length === 0 || isBounded ? this.#end() : this.#ask())
  }

  #take(answer: Uint8Array): Result<readonly Piece[], ProtocolError> {
    const ranges = decodeReconcileMessage(answer)
    return ranges.ok ? compareAnswer(this.#findings, this.#asked, ranges.value) : ranges
  }

  #end(): ReconciliationOutcome {
    this.#hasEnded = true
    const { have, need } = this.#findings
    const isComplete = this.#pending.length === 0 && !need.hasOverflowed
    const keys = { have: have.toKeySet(), need: need.toKeySet() }
    return { kind: 'done', ...keys, isComplete, rounds: this.#rounds }
  }

  /** Asks about as much as fits; the rest waits for the next round. */
  #ask(): ReconciliationStep {
    const first = this.#pending[0]?.lower ?? FIRST_BOUND
    const draft = new MessageDraft(first, this.#messageBytesMax)
    let end: UpperBound = first
    const stop = this.#pending.findIndex((piece) => {
      if (compareUpper(end, piece.lower) < 0) draft.skipTo(piece.lower)
      end = piece.upper
      const { lower, upper } = piece
      const fingerprint = this.#findings.keys.fingerprint(piece)
      return !draft.add({ mode: 'fingerprint', lower, upper, fingerprint })
    })
    const count = stop < 0 ? this.#pending.length : stop
    this.#asked = this.#pending.slice(0, count)
    this.#pending = this.#pending.slice(count)
    this.#rounds++
    return { kind: 'ask', message: draft.encode() }
  }
}
