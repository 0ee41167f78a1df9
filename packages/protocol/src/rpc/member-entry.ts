/**
 * The result of one member of a swarm, between nodes in bt-encoding and in the reply (spec 03 §6.3).
 *
 * An entry is the same object everywhere except for two things: bt has no booleans, so they become 1,
 * and JSON has no bytes, so the signature becomes base64.
 *
 * @module
 */

import { decodeUtf8, encodeBase64 } from '@sotto/crypto/bytes'
import { type BtDict, type BtInput, type BtValue, decodeBt, encodeBt } from '../bt/index.ts'
import { isBtDict, isBtList, type JsonValue } from './codec.ts'
import type { RpcFailure } from './failure.ts'

export type EntryValue =
  | string
  | number
  | boolean
  | Uint8Array
  | readonly EntryValue[]
  | { readonly [name: string]: EntryValue }

export type MemberEntry = Readonly<Record<string, EntryValue>>

/** What a member answered to a forward. */
export type MemberReply =
  | { readonly kind: 'entry'; readonly entry: MemberEntry }
  | { readonly kind: 'failure'; readonly failure: RpcFailure }

/** Entries of members that gave no result of their own. */
export const TIMED_OUT_ENTRY: MemberEntry = { failed: true, timeout: true }
export const BAD_PEER_ENTRY: MemberEntry = { failed: true, bad_peer_response: true }
export const QUERY_FAILED_ENTRY: MemberEntry = { failed: true, query_failure: true }

/** The entry of a member that refused; the status is text there. */
export function createRefusedEntry({ status, text }: RpcFailure): MemberEntry {
  return { failed: true, code: String(status), reason: text }
}

/** The names whose values are bytes; every other string is text. */
const BYTES_NAME = 'signature'
/** An entry holds lists and dicts of lists, nothing deeper. */
const DEPTH_MAX = 4

function toBt(value: EntryValue): BtInput {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value !== 'object' || value instanceof Uint8Array) return value
  if (isList(value)) return value.map(toBt)
  return new Map(Object.entries(value).map(([name, each]) => [name, toBt(each)]))
}

function isList(value: object): value is readonly EntryValue[] {
  return Array.isArray(value)
}

export function encodeMemberEntry(entry: MemberEntry): Uint8Array {
  return encodeBt(toBt(entry))
}

export function encodeMemberFailure({ status, text }: RpcFailure): Uint8Array {
  return encodeBt(
    new Map<string, BtInput>([
      ['code', status],
      ['reason', text],
    ]),
  )
}

/** Undefined for anything that a correct member would not have written. */
function fromBt(value: BtValue, name: string, depth: number): EntryValue | undefined {
  if (typeof value === 'number') return value
  if (value instanceof Uint8Array) return name === BYTES_NAME ? value : decodeUtf8(value)
  if (depth >= DEPTH_MAX) return undefined
  if (isBtDict(value)) return readDict(value, depth)
  if (!isBtList(value)) return undefined
  const items: EntryValue[] = []
  for (const each of value) {
    const item = fromBt(each, '', depth + 1)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}

function readDict(dict: BtDict, depth: number): MemberEntry | undefined {
  const pairs: [string, EntryValue][] = []
  for (const [name, each] of dict) {
    const value = fromBt(each, name, depth + 1)
    if (value === undefined) return undefined
    pairs.push([name, value])
  }
  // Defines own properties, so that a key like `__proto__` stays a key.
  return Object.fromEntries(pairs)
}

/** Reads a member's answer to a forward. Undefined when it is malformed; never throws. */
export function decodeMemberReply(bytes: Uint8Array): MemberReply | undefined {
  const decoded = decodeBt(bytes)
  if (!decoded.ok || !(decoded.value instanceof Map)) return undefined
  const entry = readDict(decoded.value, 0)
  if (entry === undefined) return undefined
  const { code, reason } = entry
  if (typeof code === 'number' && typeof reason === 'string') {
    return { kind: 'failure', failure: { status: code, text: reason } }
  }
  return { kind: 'entry', entry }
}

/** The entry as it stands in the JSON reply. */
export function encodeEntryJson(entry: MemberEntry): Readonly<Record<string, JsonValue>> {
  return Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, toJson(value)]))
}

function toJson(value: EntryValue): JsonValue {
  if (typeof value !== 'object') return value
  if (value instanceof Uint8Array) return encodeBase64(value)
  return isList(value) ? value.map(toJson) : encodeEntryJson(value)
}
