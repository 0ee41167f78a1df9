/**
 * Answers to fetches and pulls (spec 10 §6.2): records in ascending order of their keys, and where to go on. Which of
 * its records a holder sends, and reading them in slices, is the node's part.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { ByteReader } from './byte-reader.ts'
import { CHANGE_BYTES_MAX } from './change.ts'
import { compareBytes } from './compare-bytes.ts'
import {
  type KeyRange,
  type UpperBound,
  compareUpper,
  encodeBound,
  trimBound,
} from './key-range.ts'
import type { KeySet } from './key-set.ts'
import { type ReceivedRecord, type ReplicatedRecord, encodeRecord, readRecord } from './record.ts'
import { refuseAnswer, refuseLimit, refuseMalformed } from './refuse.ts'

/** Spec 10 §6.2. Of an answer with more than one record. */
export const RECORDS_ANSWER_BYTES_MAX: number = 1024 * 1024
/** Spec 10 §6.2. Of an answer with one record: the longest change and what may stand before it. */
export const SINGLE_RECORD_BYTES_MAX: number = CHANGE_BYTES_MAX + 64
/** Spec 10 §6.2. */
export const RECORDS_MAX = 1024

export interface RecordsAnswer<R extends ReplicatedRecord = ReplicatedRecord> {
  readonly records: readonly R[]
  /** What the holder has before it is in the answer; `undefined` when that is all that was asked for. */
  readonly next: UpperBound
}

/** The records must be in ascending order of their keys; who asks refuses the answer otherwise. */
export function encodeRecordsAnswer({ records, next }: RecordsAnswer): Uint8Array {
  if (records.length > RECORDS_MAX) throw new RangeError('too many records')
  const bytes = concatBytes([...encodeBound(next && trimBound(next)), ...records.map(encodeRecord)])
  if (bytes.length > findBytesMax(records.length)) throw new RangeError('answer too long')
  return bytes
}

function findBytesMax(count: number): number {
  return count === 1 ? SINGLE_RECORD_BYTES_MAX : RECORDS_ANSWER_BYTES_MAX
}

/** Reads bytes from outside. Never throws. */
export function decodeRecordsAnswer(
  bytes: Uint8Array,
): Result<RecordsAnswer<ReceivedRecord>, ProtocolError> {
  if (bytes.length > SINGLE_RECORD_BYTES_MAX) return refuseLimit(`answer of ${bytes.length} bytes`)
  const reader = new ByteReader(bytes)
  const bound = reader.bound()
  if (bound === undefined) return refuseMalformed('no bound')
  const next = bound.length === 0 ? undefined : bound
  const records: ReceivedRecord[] = []
  while (!reader.isAtEnd) {
    if (records.length === RECORDS_MAX) return refuseLimit('more than 1,024 records')
    const record = readRecord(reader)
    if (!record.ok) return record
    const isFull =
      bytes.length > RECORDS_ANSWER_BYTES_MAX && !(records.length === 0 && reader.isAtEnd)
    if (isFull) return refuseLimit(`several records in ${bytes.length} bytes`)
    const previous = records.at(-1)
    if (previous !== undefined && compareBytes(previous.key, record.value.key) >= 0) {
      return refuseMalformed('records that do not ascend')
    }
    records.push(record.value)
  }
  const last = records.at(-1)
  if (last !== undefined && compareUpper(last.key, next) >= 0) {
    return refuseMalformed('a record behind the bound')
  }
  return ok({ records, next })
}

/** Whether an answer can be one to the pull of a range: it lies in it and, unless it is the end, goes on in it. */
export function checkPullAnswer(
  answer: RecordsAnswer<ReceivedRecord>,
  range: KeyRange,
): Result<RecordsAnswer<ReceivedRecord>, ProtocolError> {
  const { records } = answer
  // Whole keys stand for bounds too, and most of them end in zeros.
  const lower = trimBound(range.lower)
  const [next, upper] = [answer.next, range.upper].map((bound) => bound && trimBound(bound))
  const first = records[0]?.key
  const last = records.at(-1)?.key
  if (first !== undefined && compareBytes(first, lower) < 0) return refuseAnswer('before the range')
  if (last !== undefined && compareUpper(last, upper) >= 0) return refuseAnswer('behind the range')
  // Without progress a holder could keep the asking side busy forever.
  const goesOn =
    next === undefined || (compareBytes(lower, next) < 0 && compareUpper(next, upper) < 0)
  return goesOn ? ok(answer) : refuseAnswer('it goes on elsewhere')
}

/** Whether an answer can be one to a fetch: only what was asked for, and progress. */
export function checkFetchAnswer(
  answer: RecordsAnswer<ReceivedRecord>,
  asked: KeySet,
): Result<RecordsAnswer<ReceivedRecord>, ProtocolError> {
  const { records, next } = answer
  if (records.some(({ key }) => !asked.has(key))) return refuseAnswer('a record not asked for')
  const from = asked.lowerBound(next)
  const goesOn = next === undefined || (from > 0 && from < asked.count)
  return goesOn ? ok(answer) : refuseAnswer('it goes on elsewhere')
}
