/**
 * Either kind of record as members give it to one another (spec 10 §6.1).
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import type { Result } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import type { ByteReader } from './byte-reader.ts'
import {
  CHANGE_HEAD_BYTES,
  type ChangeRecord,
  type ReceivedChange,
  encodeChangeBody,
  readChangeBody,
} from './change-record.ts'
import {
  MESSAGE_HEAD_BYTES,
  type MessageRecord,
  type ReceivedMessage,
  encodeMessageBody,
  readMessageBody,
} from './message-record.ts'
import { refuseMalformed } from './refuse.ts'

export type ReplicatedRecord = MessageRecord | ChangeRecord
/** With what the receiver computed of it. */
export type ReceivedRecord = ReceivedMessage | ReceivedChange

/** Spec 10 §6.1. */
const KINDS = { message: 1, change: 2 } as const
const KIND_BYTES = 1

/** What a record takes in an answer, before it is encoded. */
export function countRecordBytes(record: ReplicatedRecord): number {
  return record.kind === 'message'
    ? KIND_BYTES + MESSAGE_HEAD_BYTES + record.data.length
    : KIND_BYTES + CHANGE_HEAD_BYTES + record.change.length
}

/** Throws for what no store holds. */
export function encodeRecord(record: ReplicatedRecord): Uint8Array {
  const body = record.kind === 'message' ? encodeMessageBody(record) : encodeChangeBody(record)
  return concatBytes([Uint8Array.of(KINDS[record.kind]), body])
}

/** Reads the next record of bytes from outside. Never throws. */
export function readRecord(reader: ByteReader): Result<ReceivedRecord, ProtocolError> {
  switch (reader.uint8()) {
    case KINDS.message:
      return readMessageBody(reader)
    case KINDS.change:
      return readChangeBody(reader)
    default:
      return refuseMalformed('a record of unknown kind')
  }
}
