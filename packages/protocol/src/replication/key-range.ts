/**
 * Bounds in the space of keys, and the ranges between them (spec 10 §4.1). A bound is the beginning of a key: it stands
 * for the first key that begins so, which is why one that ends in zeros says no more than without them.
 *
 * @module
 */

import { compareBytes } from './compare-bytes.ts'
import type { IndexRange, KeySet } from './key-set.ts'
import { RECORD_KEY_BYTES } from './record-key.ts'

/** At most 40 bytes, the last of them not zero; none for the beginning of all keys. */
export type LowerBound = Uint8Array
/** Where a range ends, itself outside; `undefined` for the end of all keys. */
export type UpperBound = Uint8Array | undefined

export interface KeyRange {
  readonly lower: LowerBound
  readonly upper: UpperBound
}

/** Where the keys of a set are cut in pieces. */
export interface Piece extends KeyRange, IndexRange {}

export const FIRST_BOUND: LowerBound = new Uint8Array()

/** The canonical form of the beginning of a key; throws for what is longer than one. */
export function trimBound(bound: Uint8Array): LowerBound {
  if (bound.length > RECORD_KEY_BYTES) throw new RangeError('a bound is no longer than a key')
  const end = bound.findLastIndex((byte) => byte !== 0)
  return bound.subarray(0, end + 1)
}

export function isCanonicalBound(bound: Uint8Array): boolean {
  return bound.length <= RECORD_KEY_BYTES && bound.at(-1) !== 0
}

/** A bound on the wire; the end of all keys is written like their beginning, and each stands where the other cannot. */
export function encodeBound(bound: UpperBound): readonly Uint8Array[] {
  return bound === undefined ? [Uint8Array.of(0)] : [Uint8Array.of(bound.length), bound]
}

export function compareUpper(a: UpperBound, b: UpperBound): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined)
  return compareBytes(a, b)
}

/** The shortest bound that is behind `left` and not behind `right`, for two keys in ascending order. */
export function separateKeys(left: Uint8Array, right: Uint8Array): LowerBound {
  let shared = 0
  while (shared < RECORD_KEY_BYTES && left[shared] === right[shared]) shared++
  // `right` is larger where they part, so this byte is not zero and the bound is canonical.
  return right.slice(0, shared + 1)
}

export function findPiece(keys: KeySet, { lower, upper }: KeyRange): Piece {
  return { lower, upper, from: keys.lowerBound(lower), to: keys.lowerBound(upper) }
}

/** Cuts a range into parts of almost equally many keys, at most `count`; a range of one key or none stays whole. */
export function splitPiece(keys: KeySet, piece: Piece, count: number): readonly Piece[] {
  const size = piece.to - piece.from
  const parts = Math.min(count, size)
  const pieces: Piece[] = []
  let { from, lower } = piece
  for (let part = 1; part < parts; part++) {
    const to = piece.from + Math.floor((size * part) / parts)
    const upper = separateKeys(keys.at(to - 1), keys.at(to))
    pieces.push({ lower, upper, from, to })
    from = to
    lower = upper
  }
  pieces.push({ lower, upper: piece.upper, from, to: piece.to })
  return pieces
}
