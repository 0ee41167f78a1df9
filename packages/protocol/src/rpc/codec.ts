/**
 * How one parameter is read and written, in JSON from clients and in bt between nodes (spec 03 §2.4).
 *
 * A codec knows one kind of value and nothing about methods. Reading is total: whatever arrived gives
 * the value or a short reason, which becomes the detail of `invalid request: …`. Validation libraries
 * were measured and left out: the lightest one cost 17 MB of resident memory in an idle node.
 *
 * @module
 */

import { err, ok, type Result } from '@sotto/crypto/result'
import type { BtDict, BtInput, BtValue } from '../bt/index.ts'

export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue }

/** A reason without the parameter's name, which the reader of the whole request puts in front. */
export type Reading<T> = Result<T, string>

export interface Codec<T> {
  /** What a client writes, for the table of the specification. */
  readonly description: string
  readonly readJson: (value: unknown) => Reading<T>
  readonly readBt: (value: BtValue) => Reading<T>
  readonly writeJson: (value: T) => JsonValue
  readonly writeBt: (value: T) => BtInput
}

export type JsonObject = Readonly<Record<string, JsonValue>>

/** JSON objects only: neither arrays nor null. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export const booleanCodec: Codec<boolean> = {
  description: 'boolean',
  readJson: (value) => (typeof value === 'boolean' ? ok(value) : err('must be a boolean')),
  // bt has no booleans (spec 03 §6.3).
  readBt: (value) => (value === 0 || value === 1 ? ok(value === 1) : err('must be 0 or 1')),
  writeJson: (value) => value,
  writeBt: (value) => (value ? 1 : 0),
}

const same = (value: number): number => value

/** Whole numbers between two bounds; the same form in both encodings. */
export function createIntegerCodec(min: number, max: number, description: string): Codec<number> {
  const read = (value: unknown): Reading<number> => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
      return err('must be an integer')
    }
    return value >= min && value <= max ? ok(value) : err('is out of range')
  }
  return { description, readJson: read, readBt: read, writeJson: same, writeBt: same }
}

export function isBtList(value: BtValue): value is readonly BtValue[] {
  return Array.isArray(value)
}

export function isBtDict(value: BtValue | undefined): value is BtDict {
  return value instanceof Map
}

/** One value or a list of them; a single value reads as a list of one. */
export function createListCodec<T>(item: Codec<T>, max: number): Codec<readonly T[]> {
  function readList<V>(list: readonly V[], read: (value: V) => Reading<T>): Reading<readonly T[]> {
    if (list.length === 0) return err('must not be empty')
    if (list.length > max) return err(`must have at most ${max} items`)
    const values: T[] = []
    for (const each of list) {
      const reading = read(each)
      if (!reading.ok) return reading
      values.push(reading.value)
    }
    return ok(values)
  }
  return {
    description: `${item.description}; or a list of them`,
    readJson: (value) => readList<unknown>(Array.isArray(value) ? value : [value], item.readJson),
    readBt: (value) => readList(isBtList(value) ? value : [value], item.readBt),
    writeJson: (values) => values.map((value) => item.writeJson(value)),
    writeBt: (values) => values.map((value) => item.writeBt(value)),
  }
}
