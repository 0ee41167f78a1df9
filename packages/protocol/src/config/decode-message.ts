/**
 * Reads one revision of a configuration (spec 11 §2.4). Total and bounded; a group's revision is read only when its
 * signature holds, because every member can write into the group's box.
 *
 * @module
 */

import { equalBytes } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { type Ed25519PublicKey, SIGNATURE_BYTES, verify } from '@sotto/crypto/signing'
import { type BtDict, type BtValue, decodeBt } from '../bt/index.ts'
import { isDict, readBytes, readInteger, readItems, readList } from '../bt/read-bt.ts'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { toByteText } from './byte-text.ts'
import {
  type ConfigMessage,
  compareRevisions,
  hashMessage,
  type LaggedDiff,
  MESSAGE_KEY,
  SIGNATURE_FRAME,
} from './config-message.ts'
import { decodeData } from './data-encoding.ts'
import { decodeDiff } from './diff-encoding.ts'
import {
  CONFIG_DEPTH_MAX,
  CONFIG_ITEMS_MAX,
  CONFIG_LAG,
  CONFIG_MESSAGE_BYTES_MAX,
  SEQNO_MAX,
} from './limits.ts'

const HASH_BYTES = 32
const LIMITS = {
  bytes: CONFIG_MESSAGE_BYTES_MAX,
  depth: CONFIG_DEPTH_MAX,
  items: CONFIG_ITEMS_MAX,
}
const KNOWN_KEYS: ReadonlySet<string> = new Set(Object.values(MESSAGE_KEY))

type Reading<T> = Result<T, ProtocolError>

function refuse(code: ProtocolErrorCode, detail: string): Reading<never> {
  return err(new ProtocolError(code, detail))
}

/** With a `verifier`, whoever did not hold its secret key is refused. */
export function decodeMessage(
  bytes: Uint8Array,
  verifier?: Ed25519PublicKey,
): Reading<ConfigMessage> {
  const decoded = decodeBt(bytes, LIMITS)
  if (!decoded.ok) {
    const code = decoded.error.code === 'bt_limit' ? 'config_limit' : 'config_malformed'
    return err(new ProtocolError(code, decoded.error.code, { cause: decoded.error }))
  }
  if (!isDict(decoded.value)) return refuse('config_malformed', 'no dict')
  if (verifier !== undefined && !verifyMessage(bytes, verifier)) {
    return refuse('config_signature', 'not signed by the group')
  }
  return readMessage(decoded.value, bytes)
}

/** The encoding is canonical and the signature its last member, so its place is known from the end. */
function verifyMessage(bytes: Uint8Array, publicKey: Ed25519PublicKey): boolean {
  const { before, after } = SIGNATURE_FRAME
  const start = bytes.length - after.length - SIGNATURE_BYTES
  const end = start - before.length
  if (end < 0 || !equalBytes(bytes.subarray(end, start), before)) return false
  const signature = bytes.subarray(start, start + SIGNATURE_BYTES)
  return verify({ publicKey, message: bytes.subarray(0, end), signature })
}

function readMessage(dict: BtDict, bytes: Uint8Array): Reading<ConfigMessage> {
  const seqno = readInteger(dict.get(MESSAGE_KEY.seqno), { min: 0, max: SEQNO_MAX })
  if (seqno === undefined) return refuse('config_malformed', 'seqno')
  const data = readNested(dict.get(MESSAGE_KEY.data), decodeData)
  if (data === undefined) return refuse('config_malformed', 'data')
  const diff = readNested(dict.get(MESSAGE_KEY.diff), decodeDiff)
  if (diff === undefined) return refuse('config_malformed', 'diff')
  const lagged = readLagged(dict.get(MESSAGE_KEY.lagged), seqno)
  if (lagged === undefined) return refuse('config_malformed', 'lagged diffs')
  const unknown = readUnknown(dict)
  if (unknown === undefined) return refuse('config_malformed', 'signature')
  return ok({ seqno, data, diff, lagged, unknown, bytes, hash: hashMessage(bytes) })
}

function readNested<T>(
  value: BtValue | undefined,
  read: (dict: BtDict) => T | undefined,
): T | undefined {
  return value !== undefined && isDict(value) ? read(value) : undefined
}

/** Rows that are too old for this revision must be well formed too, and are then left out. */
function readLagged(value: BtValue | undefined, seqno: number): readonly LaggedDiff[] | undefined {
  const list = readList(value)
  if (list === undefined) return undefined
  const rows = readItems(list, (item) => readRow(item, seqno))
  if (rows === undefined) return undefined
  const isSorted = rows.every((row, index) => {
    const previous = rows[index - 1]
    return previous === undefined || compareRevisions(previous, row) < 0
  })
  return isSorted ? rows.filter((row) => row.seqno > seqno - CONFIG_LAG) : undefined
}

function readRow(item: BtValue, seqnoEnd: number): LaggedDiff | undefined {
  const row = readList(item)
  if (row?.length !== 3) return undefined
  const seqno = readInteger(row[0], { min: 0, max: seqnoEnd - 1 })
  const hash = readBytes(row[1], HASH_BYTES)
  const diff = readNested(row[2], decodeDiff)
  if (seqno === undefined || hash === undefined || diff === undefined) return undefined
  return { seqno, hash: toByteText(hash), diff }
}

/** Nothing may stand after the signature, which would not cover it. */
function readUnknown(dict: BtDict): ReadonlyMap<string, BtValue> | undefined {
  const signature = dict.get(MESSAGE_KEY.signature)
  if (signature !== undefined && readBytes(signature, SIGNATURE_BYTES) === undefined) {
    return undefined
  }
  const unknown = [...dict].filter(([key]) => !KNOWN_KEYS.has(key))
  return unknown.some(([key]) => key > MESSAGE_KEY.signature) ? undefined : new Map(unknown)
}
