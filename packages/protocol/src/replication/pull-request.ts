/**
 * The request for all records of a range (spec 10 §6.3), by which a newcomer fills itself. Its answer is `records-answer.ts`.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import { ByteReader } from './byte-reader.ts'
import { type KeyRange, compareUpper, encodeBound, trimBound } from './key-range.ts'
import { RECORDS_ANSWER_BYTES_MAX } from './records-answer.ts'
import { refuseMalformed } from './refuse.ts'

export interface PullRequest extends KeyRange {
  /** Only records of accounts of this swarm; without it those of all accounts. */
  readonly swarmId?: bigint
  /** How long the answer may be; one record is sent in any case. */
  readonly bytesMax: number
}

const TAIL_BYTES = 12
const BYTES_MAX_OFFSET = 8

export function encodePullRequest(request: PullRequest): Uint8Array {
  const { swarmId = INVALID_SWARM_ID, bytesMax } = request
  if (!isBytesMax(bytesMax)) throw new RangeError('a limit out of range')
  const lower = trimBound(request.lower)
  const upper = request.upper && trimBound(request.upper)
  if (compareUpper(lower, upper) >= 0) throw new RangeError('a range without keys')
  const tail = new Uint8Array(TAIL_BYTES)
  const view = new DataView(tail.buffer)
  view.setBigUint64(0, swarmId)
  view.setUint32(BYTES_MAX_OFFSET, bytesMax)
  return concatBytes([...encodeBound(lower), ...encodeBound(upper), tail])
}

/** Reads bytes from outside. Never throws. */
export function decodePullRequest(bytes: Uint8Array): Result<PullRequest, ProtocolError> {
  const reader = new ByteReader(bytes)
  const [lower, bound] = [reader.bound(), reader.bound()]
  const [swarmId, bytesMax] = [reader.uint64(), reader.uint32()]
  if (lower === undefined || bound === undefined) return refuseMalformed('no range')
  if (swarmId === undefined || bytesMax === undefined || !reader.isAtEnd) {
    return refuseMalformed(`request of ${bytes.length} bytes`)
  }
  const upper = bound.length === 0 ? undefined : bound
  if (compareUpper(lower, upper) >= 0) return refuseMalformed('a range without keys')
  if (!isBytesMax(bytesMax)) return refuseMalformed('a limit out of range')
  const range = { lower, upper, bytesMax }
  return ok(swarmId === INVALID_SWARM_ID ? range : { ...range, swarmId })
}

function isBytesMax(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= RECORDS_ANSWER_BYTES_MAX
}
