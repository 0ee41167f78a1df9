/**
 * A change as members give it to one another (spec 10 §6.1). The account is read from the request itself, and the key is
 * computed. Its signature is the node's part.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import type { AccountBytes } from '../swarm/index.ts'
import type { ByteReader } from './byte-reader.ts'
import { CHANGE_BYTES_MAX, type ChangeRequest, decodeChange } from './change.ts'
import { type RecordKey, encodeChangeKey } from './record-key.ts'
import { writeRecordTime } from './record-time.ts'
import { refuseLimit, refuseMalformed } from './refuse.ts'

export interface ChangeRecord {
  readonly kind: 'change'
  /** When the entry node had it (spec 03 §6.2). */
  readonly receivedMs: number
  /** As `encodeChange` writes it. */
  readonly change: Uint8Array
}

export interface ReceivedChange extends ChangeRecord {
  readonly account: AccountBytes
  readonly request: ChangeRequest
  readonly key: RecordKey
}

/** Spec 10 §6.1. Place behind the byte that tells the kind. */
const LENGTH_OFFSET = 6
/** Spec 10 §6.1. What stands before the request. */
export const CHANGE_HEAD_BYTES = 10

/** Throws for what no store holds. */
export function encodeChangeBody({ receivedMs, change }: ChangeRecord): Uint8Array {
  if (change.length > CHANGE_BYTES_MAX) throw new RangeError('change too long')
  const head = new Uint8Array(CHANGE_HEAD_BYTES)
  const view = new DataView(head.buffer)
  writeRecordTime(view, 0, receivedMs)
  view.setUint32(LENGTH_OFFSET, change.length)
  return concatBytes([head, change])
}

/** Reads bytes from outside. Never throws. */
export function readChangeBody(reader: ByteReader): Result<ReceivedChange, ProtocolError> {
  const receivedMs = reader.time()
  const length = reader.uint32()
  if (length !== undefined && length > CHANGE_BYTES_MAX) {
    return refuseLimit(`change of ${length} bytes`)
  }
  const bytes = length === undefined ? undefined : reader.take(length)
  if (receivedMs === undefined || bytes === undefined) {
    return refuseMalformed('a change that is cut short, or a time that is none')
  }
  const decoded = decodeChange(bytes)
  if (!decoded.ok) return decoded
  const request = decoded.value
  const { account } = request.params
  const key = encodeChangeKey(bytes, receivedMs)
  return ok({ kind: 'change', receivedMs, change: bytes, account, request, key })
}
