/**
 * The answering side of a reconciliation (spec 10 §5.4). It keeps nothing between messages, so that nobody can make a
 * node hold anything by beginning reconciliations.
 *
 * @module
 */

import { equalBytes } from '@sotto/crypto/bytes'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { FIRST_BOUND, type Piece, findPiece, separateKeys, splitPiece } from './key-range.ts'
import type { KeySet } from './key-set.ts'
import { MessageDraft } from './message-draft.ts'
import {
  type FingerprintRange,
  type ReconcileRange,
  decodeReconcileMessage,
} from './reconcile-message.ts'
import { type AnswerOptions, resolveAnswerOptions } from './reconcile-options.ts'
import { refuseMalformed } from './refuse.ts'

interface Answering extends Required<AnswerOptions> {
  readonly keys: KeySet
  readonly draft: MessageDraft
}

/** Reads bytes from outside. Never throws for them. */
export function answerReconciliation(
  keys: KeySet,
  message: Uint8Array,
  options: AnswerOptions = {},
): Result<Uint8Array, ProtocolError> {
  const asked = decodeReconcileMessage(message)
  if (!asked.ok) return asked
  if (asked.value.some(({ mode }) => mode === 'list')) return refuseMalformed('a question lists')
  const resolved = resolveAnswerOptions(options)
  const draft = new MessageDraft(asked.value[0]?.lower ?? FIRST_BOUND, resolved.messageBytesMax)
  const answering = { ...resolved, keys, draft }
  // What no longer fits is left out: the asking side sees how far the answer goes.
  asked.value.every((range) => answerRange(answering, range))
  return ok(draft.encode())
}

/** Whether the range was answered to its end. */
function answerRange(answering: Answering, range: ReconcileRange): boolean {
  if (range.mode === 'fingerprint') return answerFingerprint(answering, range)
  answering.draft.skipTo(range.upper)
  return true
}

function answerFingerprint(answering: Answering, range: FingerprintRange): boolean {
  const { keys, draft, listKeys } = answering
  const piece = findPiece(keys, range)
  if (equalBytes(keys.fingerprint(piece), range.fingerprint)) {
    draft.skipTo(range.upper)
    return true
  }
  // Where the other side has nothing there is nothing to compare with, however long the list is.
  const isPeerEmpty = equalBytes(keys.fingerprint({ from: 0, to: 0 }), range.fingerprint)
  if (isPeerEmpty || piece.to - piece.from <= listKeys) return list(answering, piece)
  return splitPiece(keys, piece, answering.splitParts).every((part) => {
    const fingerprint = keys.fingerprint(part)
    return draft.add({ mode: 'fingerprint', lower: part.lower, upper: part.upper, fingerprint })
  })
}

/** Lists as many keys as fit, and claims no more of the range than they cover. */
function list({ keys, draft }: Answering, { lower, upper, from, to }: Piece): boolean {
  const end = Math.min(to, from + draft.keysLeft)
  const isWhole = end === to
  if (!isWhole && end === from) return false
  const reached = isWhole ? upper : separateKeys(keys.at(end - 1), keys.at(end))
  const range = { lower, upper: reached, keys: keys.slice({ from, to: end }) }
  return draft.add({ mode: 'list', ...range }) && isWhole
}
