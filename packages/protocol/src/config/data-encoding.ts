/**
 * The data of a configuration as bt values and back (spec 11 §2.2). Strict: one configuration has one encoding, or
 * devices that agree on the data would disagree on its hash and merge for ever.
 *
 * @module
 */

import type { BtDict, BtInput, BtValue } from '../bt/index.ts'
import { isDict } from '../bt/read-bt.ts'
import { fromByteText, toByteText } from './byte-text.ts'
import {
  type ConfigDict,
  type ConfigScalar,
  type ConfigSet,
  type ConfigValue,
  compareScalars,
  isConfigDict,
  isConfigSet,
  sortSet,
} from './config-value.ts'
import { CONFIG_INTEGER_MAX, CONFIG_INTEGER_MIN } from './limits.ts'

export function encodeData(dict: ConfigDict): BtInput {
  return new Map([...dict].map(([key, value]) => [key, encodeValue(value)]))
}

function encodeValue(value: ConfigValue): BtInput {
  if (isConfigDict(value)) return encodeData(value)
  return isConfigSet(value) ? encodeSet(value) : encodeScalar(value)
}

export function encodeSet(set: ConfigSet): BtInput {
  return sortSet(set).map(encodeScalar)
}

function encodeScalar(value: ConfigScalar): BtInput {
  return typeof value === 'string' ? fromByteText(value) : value
}

/** `undefined` for what no writer writes: an empty dict or set inside, or a set out of order. */
export function decodeData(dict: BtDict): ConfigDict | undefined {
  const data = new Map<string, ConfigValue>()
  for (const [key, value] of dict) {
    const decoded = decodeValue(value)
    if (decoded === undefined) return undefined
    data.set(key, decoded)
  }
  return data
}

function decodeValue(value: BtValue): ConfigValue | undefined {
  if (isDict(value)) return value.size === 0 ? undefined : decodeData(value)
  if (!Array.isArray(value)) return decodeScalar(value)
  return value.length === 0 ? undefined : decodeSet(value as readonly BtValue[])
}

export function decodeSet(list: readonly BtValue[]): ConfigSet | undefined {
  const set = new Set<ConfigScalar>()
  let previous: ConfigScalar | undefined
  for (const item of list) {
    const scalar = decodeScalar(item)
    if (scalar === undefined) return undefined
    if (previous !== undefined && compareScalars(previous, scalar) >= 0) return undefined
    set.add(scalar)
    previous = scalar
  }
  return set
}

function decodeScalar(value: BtValue): ConfigScalar | undefined {
  if (value instanceof Uint8Array) return toByteText(value)
  if (typeof value === 'number') return value
  if (typeof value !== 'bigint') return undefined
  return value >= CONFIG_INTEGER_MIN && value <= CONFIG_INTEGER_MAX ? value : undefined
}
