/**
 * The 40 bytes by which members of a swarm compare what they keep (spec 10 §3): the record's hash, then what a peer must
 * know before it asks for the record. Whether a record belongs to its key is decided where records are read
 * (`record.ts`).
 *
 * @module
 */

import { concatBytes, decodeBase64, encodeBase64 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { isNamespace } from '../swarm/index.ts'
import { compareBytes } from './compare-bytes.ts'
import {
  RECORD_TIME_BYTES,
  RECORD_TIME_END_MS,
  readRecordTime,
  setRecordTime,
} from './record-time.ts'

declare const brand: unique symbol

/** 40 bytes: a record's hash and its tail. */
export type RecordKey = Uint8Array & { readonly [brand]: 'RecordKey' }

export interface MessageKeyParts {
  /** 43 characters of unpadded base64 (spec 03 §3.5). */
  readonly hash: string
  readonly namespace: number
  /** The end that the message had when it was stored, whatever changes said later. */
  readonly firstExpiryMs: number
}

export type RecordKeyParts =
  | ({ readonly kind: 'message' } & MessageKeyParts)
  | { readonly kind: 'change'; readonly hash: Uint8Array; readonly atMs: number }

/** Spec 10 §3.1. */
export const RECORD_KEY_BYTES = 40
const HASH_BYTES = 32
const MESSAGE_HASH_CHARACTERS = 43
const NAMESPACE_OFFSET = 38
/** Spec 10 §3.1. In the first byte of the tail, above the time. */
const CHANGE_BIT = 0x80

/** Throws for what no store holds: a hash, a namespace or a time that is none. */
export function encodeMessageKey({ hash, namespace, firstExpiryMs }: MessageKeyParts): RecordKey {
  const digest = hash.length === MESSAGE_HASH_CHARACTERS ? decodeBase64(hash) : undefined
  if (digest?.length !== HASH_BYTES) throw new RangeError('not a message hash')
  if (!isNamespace(namespace)) throw new RangeError('not a namespace')
  const key = startKey(digest, firstExpiryMs)
  key[NAMESPACE_OFFSET] = namespace >> 8
  key[NAMESPACE_OFFSET + 1] = namespace
  return toRecordKey(key)
}

/**
 * `change` is the signed request as it is kept (`change.ts`), `atMs` when the swarm had it. The time is part of the hash: a
 * client that deletes the same message twice signs the same bytes twice, and a member that missed the second time must find
 * that it lacks something.
 */
export function deriveChangeHash(change: Uint8Array, atMs: number): Uint8Array {
  const time = new Uint8Array(RECORD_TIME_BYTES)
  setRecordTime(time, 0, atMs)
  return blake2b(concatBytes([time, change]), { length: HASH_BYTES })
}

export function encodeChangeKey(change: Uint8Array, atMs: number): RecordKey {
  return encodeChangeHashKey(deriveChangeHash(change, atMs), atMs)
}

/** The same by the hash that a store keeps of the change. */
export function encodeChangeHashKey(hash: Uint8Array, atMs: number): RecordKey {
  const key = startKey(hash, atMs)
  key[HASH_BYTES] = (key[HASH_BYTES] ?? 0) | CHANGE_BIT
  return toRecordKey(key)
}

function startKey(hash: Uint8Array, timeMs: number): Uint8Array<ArrayBuffer> {
  const key = new Uint8Array(RECORD_KEY_BYTES)
  key.set(hash)
  setRecordTime(key, HASH_BYTES, timeMs)
  return key
}

/** Reads bytes from outside. Never throws; `undefined` for what no record can have. */
export function decodeRecordKey(bytes: Uint8Array): RecordKeyParts | undefined {
  if (!isRecordKey(bytes)) return undefined
  const hash = bytes.subarray(0, HASH_BYTES)
  const view = new DataView(bytes.buffer, bytes.byteOffset, RECORD_KEY_BYTES)
  const timeMs = readRecordTime(view, HASH_BYTES) % RECORD_TIME_END_MS
  if (isChangeKey(bytes)) return { kind: 'change', hash, atMs: timeMs }
  const text = encodeBase64(hash, { padding: false })
  const namespace = view.getInt16(NAMESPACE_OFFSET)
  return { kind: 'message', hash: text, namespace, firstExpiryMs: timeMs }
}

/** Whether a record can have this key: a change has no namespace. */
export function isRecordKey(bytes: Uint8Array): bytes is RecordKey {
  if (bytes.length !== RECORD_KEY_BYTES) return false
  // A second key for the same change would make members ask each other for it forever.
  return !isChangeKey(bytes) || (bytes[NAMESPACE_OFFSET] === 0 && bytes[NAMESPACE_OFFSET + 1] === 0)
}

/** Throws for bytes that no record can have as its key. */
export function toRecordKey(bytes: Uint8Array): RecordKey {
  if (!isRecordKey(bytes)) throw new RangeError('not the key of a record')
  return bytes
}

function isChangeKey(bytes: Uint8Array): boolean {
  return ((bytes[HASH_BYTES] ?? 0) & CHANGE_BIT) !== 0
}

/** Ascending, as keys are listed. */
export function compareKeys(a: RecordKey, b: RecordKey): number {
  return compareBytes(a, b)
}
