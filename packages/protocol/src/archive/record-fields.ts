/**
 * Fields of a record, each as the kind of value that it has to be (spec 16 §4.1). Everything here is total; `undefined` is a field
 * that breaks its rule, and a field that may be missing has a stand-in for that.
 *
 * @module
 */

import { type AccountId, parseAccountId } from '@sotto/crypto/identity'
import { decodeUtf8, encodeHex } from '@sotto/crypto/bytes'
import type { BtDict, BtValue } from '../bt/index.ts'
import { readBytes, readInteger } from '../bt/read-bt.ts'
import { parseGroupKey } from '../config/index.ts'
import type { ArchivedConversation, ArchivedName } from './archive-record.ts'

/** Type byte and 32 bytes of key (spec 01 §3.1). */
const ID_BYTES = 33

type Value = BtValue | undefined

/** Every field was there and kept its rule. */
export type Complete<T> = { readonly [K in keyof T]: Exclude<T[K], undefined> }

export function isComplete<T extends object>(fields: T): fields is T & Complete<T> {
  return Object.values(fields).every((value) => value !== undefined)
}

/** A stand-in for a missing field; what is there has to be right. */
export function readOptional<T, D>(
  value: Value,
  read: (value: Value) => T | undefined,
  missing: D,
): T | D | undefined {
  return value === undefined ? missing : read(value)
}

export function readAccount(value: Value): AccountId | undefined {
  const bytes = readBytes(value, ID_BYTES)
  const parsed = bytes && parseAccountId(encodeHex(bytes))
  return parsed?.ok === true ? parsed.value : undefined
}

export function readConversation(value: Value): ArchivedConversation | undefined {
  const bytes = readBytes(value, ID_BYTES)
  return bytes && (parseGroupKey(encodeHex(bytes)) ?? readAccount(bytes))
}

export function readNumber(value: Value): number | undefined {
  return readInteger(value, { min: 0 })
}

export function readText(value: Value): string | undefined {
  return value instanceof Uint8Array ? decodeUtf8(value) : undefined
}

/** A copy: what is read outlives the chunk that it was in. */
export function readBlob(value: Value): Uint8Array | undefined {
  return value instanceof Uint8Array ? Uint8Array.from(value) : undefined
}

/** Missing and 0 are no; every other number is yes (spec 00 §2.1). */
export function readFlag(value: Value): boolean | undefined {
  if (value === undefined) return false
  const number = readNumber(value)
  return number === undefined ? undefined : number !== 0
}

export function readName(dict: BtDict): ArchivedName | undefined {
  const name = {
    conversation: readConversation(dict.get('c')),
    author: readAccount(dict.get('a')),
    sentAtMs: readNumber(dict.get('t')),
  }
  return isComplete(name) ? name : undefined
}
