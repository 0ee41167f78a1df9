/**
 * The messages of a reconciliation (spec 10 §5): neighbouring ranges of keys, and what the sender says of each. What is
 * said when is `reconciliation.ts` and `answer-reconciliation.ts`.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { ByteReader } from './byte-reader.ts'
import { compareBytes } from './compare-bytes.ts'
import { type KeyRange, type LowerBound, compareUpper, encodeBound } from './key-range.ts'
import { FINGERPRINT_BYTES } from './key-set.ts'
import { RECORD_KEY_BYTES, isRecordKey } from './record-key.ts'
import { refuseLimit, refuseMalformed } from './refuse.ts'

/** Spec 10 §5.1. */
export const RECONCILE_BYTES_MAX: number = 64 * 1024
/** Spec 10 §5.1. */
export const RECONCILE_RANGES_MAX = 4096

/** Spec 10 §5.2. */
const MODES = { skip: 0, fingerprint: 1, list: 2 } as const

export interface SkipRange extends KeyRange {
  readonly mode: 'skip'
}

export interface FingerprintRange extends KeyRange {
  readonly mode: 'fingerprint'
  readonly fingerprint: Uint8Array
}

export interface ListRange extends KeyRange {
  readonly mode: 'list'
  /** All keys that the sender has in the range, one behind the other, ascending. */
  readonly keys: Uint8Array
}

export type ReconcileRange = SkipRange | FingerprintRange | ListRange

/** The ranges must follow one another; who makes them answers for their order and their keys. */
export function encodeReconcileMessage(ranges: readonly ReconcileRange[]): Uint8Array {
  const [first] = ranges
  if (first === undefined || ranges.length > RECONCILE_RANGES_MAX) {
    throw new RangeError('a message has between one and 4,096 ranges')
  }
  const bytes = concatBytes([...encodeBound(first.lower), ...ranges.flatMap(encodeRange)])
  if (bytes.length > RECONCILE_BYTES_MAX) throw new RangeError('message too long')
  return bytes
}

/** What a range takes in a message. */
export function countRangeBytes(range: ReconcileRange): number {
  return encodeRange(range).reduce((sum, part) => sum + part.length, 0)
}

function encodeRange(range: ReconcileRange): readonly Uint8Array[] {
  const head = [...encodeBound(range.upper), Uint8Array.of(MODES[range.mode])]
  if (range.mode === 'skip') return head
  if (range.mode === 'fingerprint') return [...head, range.fingerprint]
  const count = range.keys.length / RECORD_KEY_BYTES
  return [...head, Uint8Array.of(count >> 8, count & 0xff), range.keys]
}

/** Reads bytes from outside. Never throws. Whatever it accepts is what `encodeReconcileMessage` writes for it. */
export function decodeReconcileMessage(
  bytes: Uint8Array,
): Result<readonly ReconcileRange[], ProtocolError> {
  if (bytes.length > RECONCILE_BYTES_MAX) return refuseLimit(`message of ${bytes.length} bytes`)
  const reader = new ByteReader(bytes)
  const first = reader.bound()
  if (first === undefined) return refuseMalformed('no first bound')
  const ranges: ReconcileRange[] = []
  let lower: LowerBound | undefined = first
  while (!reader.isAtEnd) {
    if (ranges.length === RECONCILE_RANGES_MAX) return refuseLimit('more than 4,096 ranges')
    const range: ReconcileRange | undefined = lower && readRange(reader, lower)
    if (range === undefined) return refuseMalformed(`range ${ranges.length}`)
    if (range.mode === 'skip' && ranges.at(-1)?.mode === 'skip') {
      return refuseMalformed(`range ${ranges.length} belongs to the one before`)
    }
    ranges.push(range)
    lower = range.upper
  }
  return ranges.length === 0 ? refuseMalformed('no range') : ok(ranges)
}

function readRange(reader: ByteReader, lower: LowerBound): ReconcileRange | undefined {
  const bound = reader.bound()
  if (bound === undefined) return undefined
  const upper = bound.length === 0 ? undefined : bound
  if (compareUpper(lower, upper) >= 0) return undefined
  switch (reader.uint8()) {
    case MODES.skip:
      return { mode: 'skip', lower, upper }
    case MODES.fingerprint: {
      const fingerprint = reader.take(FINGERPRINT_BYTES)
      return fingerprint && { mode: 'fingerprint', lower, upper, fingerprint }
    }
    case MODES.list: {
      const keys = readKeys(reader, { lower, upper })
      return keys && { mode: 'list', lower, upper, keys }
    }
    default:
      return undefined
  }
}

function readKeys(reader: ByteReader, { lower, upper }: KeyRange): Uint8Array | undefined {
  const count = reader.uint16()
  const keys = count === undefined ? undefined : reader.take(count * RECORD_KEY_BYTES)
  if (keys === undefined || count === 0) return keys
  const last = keys.subarray(-RECORD_KEY_BYTES)
  if (compareBytes(keys, lower) < 0 || compareUpper(last, upper) >= 0) return undefined
  return isAscendingKeys(keys) ? keys : undefined
}

/** Whether packed keys are keys of records and ascend, so that none is there twice. */
export function isAscendingKeys(keys: Uint8Array): boolean {
  let previous: Uint8Array | undefined
  for (let offset = 0; offset < keys.length; offset += RECORD_KEY_BYTES) {
    const key = keys.subarray(offset, offset + RECORD_KEY_BYTES)
    if (!isRecordKey(key)) return false
    if (previous !== undefined && compareBytes(previous, key) >= 0) return false
    previous = key
  }
  return true
}
