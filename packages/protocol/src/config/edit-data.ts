/**
 * Changes of a configuration's data, made on a copy that shares what stays (spec 11 §2.1). What is left empty goes, and
 * what cannot be encoded throws: only our own code chooses it.
 *
 * @module
 */

import { fromByteText } from './byte-text.ts'
import {
  type ConfigDict,
  type ConfigScalar,
  type ConfigValue,
  EMPTY_DICT,
  isConfigDict,
  isConfigSet,
} from './config-value.ts'
import { CONFIG_INTEGER_MAX, CONFIG_INTEGER_MIN, DATA_DEPTH_MAX } from './limits.ts'

export function findValue(data: ConfigDict, path: readonly string[]): ConfigValue | undefined {
  let value: ConfigValue | undefined = data
  for (const key of path) value = isConfigDict(value) ? value.get(key) : undefined
  return value
}

/** `undefined`, an empty set and an empty dict erase. Whatever of another kind is in the way of the path goes. */
export function replaceValue(
  data: ConfigDict,
  path: readonly string[],
  value: ConfigValue | undefined,
): ConfigDict {
  const depthLeft = DATA_DEPTH_MAX - path.length
  if (path.length === 0 || depthLeft < 0) throw new RangeError('a path of no usable length')
  for (const key of path) assertByteText(key)
  return replaceAt(data, path, normalizeValue(value, depthLeft))
}

function replaceAt(
  data: ConfigDict,
  [key = '', ...rest]: readonly string[],
  value: ConfigValue | undefined,
): ConfigDict {
  const inner = data.get(key)
  const nested = isConfigDict(inner) ? inner : EMPTY_DICT
  const replaced = rest.length === 0 ? value : replaceAt(nested, rest, value)
  const result = new Map(data)
  if (replaced === undefined || isEmpty(replaced)) result.delete(key)
  else result.set(key, replaced)
  return result
}

function isEmpty(value: ConfigValue): boolean {
  return (isConfigDict(value) || isConfigSet(value)) && value.size === 0
}

function normalizeValue(
  value: ConfigValue | undefined,
  depthLeft: number,
): ConfigValue | undefined {
  if (value === undefined) return undefined
  if (isConfigSet(value)) return new Set([...value].map(normalizeScalar))
  if (!isConfigDict(value)) return normalizeScalar(value)
  if (depthLeft === 0) throw new RangeError('nested too deep')
  const result = new Map<string, ConfigValue>()
  for (const [key, item] of value) {
    const inner = normalizeValue(item, depthLeft - 1)
    if (inner !== undefined && !isEmpty(inner)) result.set(assertByteText(key), inner)
  }
  return result
}

/** Integers are numbers where exact, as the decoder gives them: 5 and 5n would be two items of a set. */
function normalizeScalar(value: ConfigScalar): ConfigScalar {
  if (typeof value === 'string') return assertByteText(value)
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('not a safe integer')
    return value === 0 ? 0 : value
  }
  if (value < CONFIG_INTEGER_MIN || value > CONFIG_INTEGER_MAX) {
    throw new RangeError('integer beyond 64 bits')
  }
  const small = Number(value)
  return Number.isSafeInteger(small) ? small : value
}

/** Throws where encoding would. */
function assertByteText(text: string): string {
  fromByteText(text)
  return text
}
