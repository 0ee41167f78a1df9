/**
 * What the asking side of a reconciliation learns from one answer (spec 10 §5.5): keys that one side lacks, and ranges to
 * ask about next. It judges whether the answer can be one to what was asked.
 *
 * @module
 */

import { equalBytes } from '@sotto/crypto/bytes'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { compareBytes } from './compare-bytes.ts'
import type { KeyCollector } from './key-collector.ts'
import { type Piece, type UpperBound, compareUpper, findPiece, splitPiece } from './key-range.ts'
import type { KeySet } from './key-set.ts'
import type { FingerprintRange, ListRange, ReconcileRange } from './reconcile-message.ts'
import { RECORD_KEY_BYTES } from './record-key.ts'
import { refuseAnswer } from './refuse.ts'

export interface Findings {
  readonly keys: KeySet
  readonly splitParts: number
  /** What the peer lacks. */
  readonly have: KeyCollector
  /** What we lack. */
  readonly need: KeyCollector
}

/** Gives what is still to be asked of the pieces, in ascending order. */
export function compareAnswer(
  findings: Findings,
  asked: readonly Piece[],
  answer: readonly ReconcileRange[],
): Result<readonly Piece[], ProtocolError> {
  if (compareUpper(answer[0]?.lower, asked[0]?.lower) !== 0) {
    return refuseAnswer('it begins elsewhere')
  }
  const open: Piece[] = []
  let index = 0
  for (const range of answer) {
    // A skip is a claim that the sides agree, about as many pieces as it likes.
    if (range.mode === 'skip') continue
    while (isBefore(asked[index], range)) index++
    const piece = asked[index]
    if (piece === undefined || !contains(piece, range))
      return refuseAnswer('it is of another range')
    if (range.mode === 'list') compareList(findings, range)
    else if (!isNarrower(piece, range)) return refuseAnswer('a range was not narrowed down')
    else open.push(...splitUnequal(findings, range))
  }
  return ok([...open, ...findRest(findings.keys, asked, answer.at(-1)?.upper)])
}

function isBefore(piece: Piece | undefined, range: ReconcileRange): boolean {
  return piece !== undefined && compareUpper(piece.upper, range.lower) <= 0
}

function contains(piece: Piece, range: ReconcileRange): boolean {
  return compareBytes(piece.lower, range.lower) <= 0 && compareUpper(range.upper, piece.upper) <= 0
}

/** Whether fingerprints are in order here: of a part only, and only where we have anything to compare with. */
function isNarrower(piece: Piece, range: ReconcileRange): boolean {
  const isWhole =
    compareBytes(piece.lower, range.lower) === 0 && compareUpper(range.upper, piece.upper) === 0
  return !isWhole && piece.from < piece.to
}

function splitUnequal({ keys, splitParts }: Findings, range: FingerprintRange): readonly Piece[] {
  const piece = findPiece(keys, range)
  if (equalBytes(keys.fingerprint(piece), range.fingerprint)) return []
  return splitPiece(keys, piece, splitParts)
}

/** Both sides ascend, so that one walk finds what each lacks. */
function compareList({ keys, have, need }: Findings, range: ListRange): void {
  const { from, to } = findPiece(keys, range)
  let index = from
  let offset = 0
  while (index < to || offset < range.keys.length) {
    const own = index < to ? keys.at(index) : undefined
    const listed = range.keys.subarray(offset, offset + RECORD_KEY_BYTES)
    const order = listed.length === 0 ? -1 : compareUpper(own, listed)
    if (order < 0 && own !== undefined) have.add(own)
    if (order > 0) need.add(listed)
    if (order <= 0) index++
    if (order >= 0) offset += RECORD_KEY_BYTES
  }
}

/** What the answer did not reach: it ended where it was full. */
function findRest(keys: KeySet, asked: readonly Piece[], end: UpperBound): readonly Piece[] {
  if (end === undefined) return []
  return asked
    .filter((piece) => compareUpper(piece.upper, end) > 0)
    .map((piece) =>
      compareBytes(piece.lower, end) >= 0
        ? piece
        : findPiece(keys, { lower: end, upper: piece.upper }),
    )
}
