/**
 * Changes of a configuration's data, made on a copy that shares what stays (spec 11 §2.1). What is left empty goes, and
 * what cannot be encoded throws: only our own code chooses it.
 *
 * @module
 */

import {
  type ConfigDict,
  type ConfigScalar,
  type ConfigValue,
  EMPTY_DICT,
  isConfigDict,
  isConfigSet,
} from './config-value.ts'
import { CONFIG_INTEGER_MAX, CONFIG_INTEGER_MIN, DATA_DEPTH_MAX } from './limits.ts'

const BYTE_TEXT = /^[\u0000-\u00ff]*$/

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
  const [key, ...rest] = path
  if (key === undefined) throw new RangeError('a value without a key')
  if (path.length > DATA_DEPTH_MAX) throw new RangeError('nested too deep')
  const inner = data.get(key)
  const replaced =
    rest.length === 0
      ? normalizeValue(value, DATA_DEPTH_MAX - path.length)
      : replaceValue(isConfigDict(inner) ? inner : EMPTY_DICT, rest, value)
  const result = new Map(data)
  if (replaced === undefined || isEmpty(replaced)) result.delete(key)
  else result.set(assertByteText(key), replaced)
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
  return [...value].reduce(
    (dict, [key, inner]) => replaceValue(dict, [key], normalizeValue(inner, depthLeft - 1)),
    EMPTY_DICT,
  )
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

function assertByteText(text: string): string {
  if (!BYTE_TEXT.test(text)) throw new RangeError('a character beyond one byte')
  return text
}
