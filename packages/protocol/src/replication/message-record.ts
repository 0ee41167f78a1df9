/**
 * A message as members give it to one another (spec 10 §6.1). Its hash and key are not sent: the receiver computes them,
 * so that nobody can name a message other than it is.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { DATA_MAX_BYTES } from '../rpc/index.ts'
import { type AccountBytes, isNamespace, parseAccountBytes } from '../swarm/index.ts'
import type { ByteReader } from './byte-reader.ts'
import { type RecordKey, encodeMessageKey } from './record-key.ts'
import { writeRecordTime } from './record-time.ts'
import { refuseLimit, refuseMalformed } from './refuse.ts'

export interface MessageRecord {
  readonly kind: 'message'
  readonly account: AccountBytes
  readonly namespace: number
  /** The sender's time. */
  readonly timestampMs: number
  /** When the holder first had it, by the holder's clock. */
  readonly storedMs: number
  readonly firstExpiryMs: number
  readonly data: Uint8Array
}

export interface ReceivedMessage extends MessageRecord {
  readonly hash: string
  readonly key: RecordKey
}

const ACCOUNT_BYTES = 33
/** Spec 10 §6.1. Places behind the byte that tells the kind. */
const NAMESPACE_OFFSET = 33
const TIMESTAMP_OFFSET = 35
const STORED_OFFSET = 41
const EXPIRY_OFFSET = 47
const LENGTH_OFFSET = 53
/** Spec 10 §6.1. What stands before the data. */
export const MESSAGE_HEAD_BYTES = 57

/** Throws for what no store holds. */
export function encodeMessageBody(record: MessageRecord): Uint8Array {
  const { account, namespace, data } = record
  if (!isNamespace(namespace)) throw new RangeError('not a namespace')
  if (data.length > DATA_MAX_BYTES) throw new RangeError('message too long')
  const head = new Uint8Array(MESSAGE_HEAD_BYTES)
  const view = new DataView(head.buffer)
  head.set(account)
  view.setInt16(NAMESPACE_OFFSET, namespace)
  writeRecordTime(view, TIMESTAMP_OFFSET, record.timestampMs)
  writeRecordTime(view, STORED_OFFSET, record.storedMs)
  writeRecordTime(view, EXPIRY_OFFSET, record.firstExpiryMs)
  view.setUint32(LENGTH_OFFSET, data.length)
  return concatBytes([head, data])
}

/** Reads bytes from outside. Never throws. */
export function readMessageBody(reader: ByteReader): Result<ReceivedMessage, ProtocolError> {
  const account = parseAccountBytes(reader.take(ACCOUNT_BYTES) ?? new Uint8Array())
  const namespace = reader.int16()
  const times = readTimes(reader)
  const length = reader.uint32()
  if (account === undefined || namespace === undefined || length === undefined) {
    return refuseMalformed('a message that is cut short')
  }
  if (times === undefined) return refuseMalformed('a message with a time that is none')
  if (length > DATA_MAX_BYTES) return refuseLimit(`message of ${length} bytes`)
  const data = reader.take(length)
  if (data === undefined) return refuseMalformed('a message that is cut short')
  const hash = deriveMessageHash({ account, namespace, data })
  const key = encodeMessageKey({ hash, namespace, firstExpiryMs: times.firstExpiryMs })
  return ok({ kind: 'message', account, namespace, ...times, data, hash, key })
}

type MessageTimes = Pick<MessageRecord, 'timestampMs' | 'storedMs' | 'firstExpiryMs'>

function readTimes(reader: ByteReader): MessageTimes | undefined {
  const [timestampMs, storedMs, firstExpiryMs] = [reader.time(), reader.time(), reader.time()]
  if (timestampMs === undefined || storedMs === undefined) return undefined
  return firstExpiryMs === undefined ? undefined : { timestampMs, storedMs, firstExpiryMs }
}
