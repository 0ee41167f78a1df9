/**
 * How single values of a configuration are read and written (spec 11 §7.1). Reading is total: whatever other software
 * put there, a view shows a value, if need be the one for none. Writing throws for what our own code gets wrong, and
 * shortens what a person typed.
 *
 * @module
 */

import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { fromByteText, toByteText } from '../byte-text.ts'
import type { ConfigDict, ConfigValue } from '../config-value.ts'

/** A key and what becomes of it; `undefined` erases. */
export type FieldEntry = readonly [key: string, value: ConfigValue | undefined]

export interface Field<T> {
  readonly read: (record: ConfigDict) => T
  readonly write: (value: T) => readonly FieldEntry[]
  /** What a new record has even if nobody sets it: without it an otherwise empty record would not exist. */
  readonly initial?: FieldEntry
}

export interface Picture {
  readonly url: string
  readonly key: Uint8Array
}

/** Spec 11 §7.1. */
export const NAME_BYTES_MAX = 100
const PICTURE_URL_BYTES_MAX = 223
const PICTURE_KEY_BYTES = 32
const SET = 1
/** Of one unit of a JavaScript string. */
const UTF8_BYTES_MAX = 3

/** The empty text stands for none. */
export function textField(
  key: string,
  { bytesMax, isAlways = false }: { readonly bytesMax: number; readonly isAlways?: boolean },
): Field<string> {
  return {
    // Whoever wrote it may not have cut it: an admin of a group, another program of ours.
    read: (record) => cutText(readText(record.get(key)) ?? '', bytesMax),
    write: (text) => {
      const bytes = cutUtf8(text, bytesMax)
      return [[key, bytes.length === 0 && !isAlways ? undefined : toByteText(bytes)]]
    },
    ...(isAlways && { initial: [key, ''] }),
  }
}

function readText(value: ConfigValue | undefined): string | undefined {
  return typeof value === 'string' ? decodeUtf8(fromByteText(value)) : undefined
}

function cutText(text: string, bytesMax: number): string {
  return text.length * UTF8_BYTES_MAX <= bytesMax
    ? text
    : (decodeUtf8(cutUtf8(text, bytesMax)) ?? '')
}

/** Whole characters only: half of one would make the whole name unreadable for others. */
function cutUtf8(text: string, bytesMax: number): Uint8Array {
  const bytes = encodeUtf8(text)
  if (bytes.length <= bytesMax) return bytes
  let end = bytesMax
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}

/** Zero stands for none. */
export function integerField(
  key: string,
  { min = 0, isAlways = false }: { readonly min?: number; readonly isAlways?: boolean } = {},
): Field<number> {
  return {
    read: (record) => {
      const value = record.get(key)
      return typeof value === 'number' && value >= min ? value : 0
    },
    write: (value) => {
      if (!Number.isSafeInteger(value) || value < min) throw new RangeError(`${key} out of range`)
      return [[key, value === 0 && !isAlways ? undefined : value]]
    },
    ...(isAlways && { initial: [key, 0] }),
  }
}

export function flagField(key: string): Field<boolean> {
  return {
    read: (record) => isSet(record.get(key)),
    write: (value) => [[key, value ? SET : undefined]],
  }
}

/** Three states: `null` says that nobody has chosen. */
export function choiceFlagField(key: string): Field<boolean | null> {
  return {
    read: (record) => {
      const value = record.get(key)
      return typeof value === 'number' ? isSet(value) : null
    },
    write: (value) => [[key, value === null ? undefined : Number(value)]],
  }
}

function isSet(value: ConfigValue | undefined): boolean {
  return typeof value === 'number' && value !== 0
}

/** Names for small integers from 0, which is the first of them, absent, and what stands for unknown numbers. */
export function namedField<const Name extends string>(
  key: string,
  names: readonly [Name, ...Name[]],
): Field<Name> {
  return {
    read: (record) => {
      const value = record.get(key)
      return (typeof value === 'number' ? names[value] : undefined) ?? names[0]
    },
    write: (name) => {
      const value = names.indexOf(name)
      if (value === -1) throw new RangeError(`${key} has no such name`)
      return [[key, value === 0 ? undefined : value]]
    },
  }
}

/** Bytes of one length; anything else reads as none. */
export function bytesField(key: string, length: number): Field<Uint8Array | null> {
  return {
    read: (record) => readFixed(record.get(key), length),
    write: (bytes) => {
      if (bytes === null) return [[key, undefined]]
      if (bytes.length !== length) throw new RangeError(`${key} has ${bytes.length} bytes`)
      return [[key, toByteText(bytes)]]
    },
  }
}

function readFixed(value: ConfigValue | undefined, length: number): Uint8Array | null {
  return typeof value === 'string' && value.length === length ? fromByteText(value) : null
}

/** URL and key belong together: one without the other shows no picture. */
export function pictureField(): Field<Picture | null> {
  return {
    read: (record) => {
      const url = readText(record.get('p')) ?? ''
      const key = readFixed(record.get('q'), PICTURE_KEY_BYTES)
      const isUsable = url !== '' && encodeUtf8(url).length <= PICTURE_URL_BYTES_MAX
      return key !== null && isUsable ? { url, key } : null
    },
    write: (picture) => {
      if (picture === null) {
        return [
          ['p', undefined],
          ['q', undefined],
        ]
      }
      const url = encodeUtf8(picture.url)
      if (url.length === 0 || url.length > PICTURE_URL_BYTES_MAX)
        throw new RangeError('picture URL')
      if (picture.key.length !== PICTURE_KEY_BYTES) throw new RangeError('picture key')
      return [
        ['p', toByteText(url)],
        ['q', toByteText(picture.key)],
      ]
    },
  }
}
