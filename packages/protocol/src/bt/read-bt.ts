/**
 * Reads the values of a decoded dict by what a format says of them (spec 08 §2.3, §3.5). `undefined` stands for a value
 * of another kind; which refusal follows is the format's part.
 *
 * @module
 */

import { ED25519_KEY_BYTES, type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import type { BtDict, BtValue } from './index.ts'

type Value = BtValue | undefined

/** A dict with these keys and no others: with more, one vote would have many encodings. */
export function readDict(value: BtValue, keys: readonly string[]): BtDict | undefined {
  if (!isDict(value) || value.size !== keys.length) return undefined
  return keys.every((key) => value.has(key)) ? value : undefined
}

export function isDict(value: BtValue): value is BtDict {
  return value instanceof Map
}

export function readBytes(value: Value, length: number): Uint8Array | undefined {
  return value instanceof Uint8Array && value.length === length ? value : undefined
}

export function readKey(value: Value): Ed25519PublicKey | undefined {
  const bytes = readBytes(value, ED25519_KEY_BYTES)
  return bytes === undefined ? undefined : toEd25519PublicKey(bytes)
}

export function readInteger(
  value: Value,
  { min, max = Number.MAX_SAFE_INTEGER }: { readonly min: number; readonly max?: number },
): number | undefined {
  return typeof value === 'number' && value >= min && value <= max ? value : undefined
}

export function readList(value: Value): readonly BtValue[] | undefined {
  return Array.isArray(value) ? (value as readonly BtValue[]) : undefined
}

/** A list whose every item can be read. */
export function readItems<T>(
  list: readonly BtValue[],
  read: (item: BtValue) => T | undefined,
): readonly T[] | undefined {
  const items: T[] = []
  for (const value of list) {
    const item = read(value)
    if (item === undefined) return undefined
    items.push(item)
  }
  return items
}
