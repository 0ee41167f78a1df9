/**
 * What a configuration holds: scalars, sets and dicts that are never changed, only replaced (spec 11 §2.1). Their
 * encoding is `data-encoding.ts`.
 *
 * @module
 */

/**
 * Integers are numbers where a number is exact, else bigints. Byte strings are text with one character a byte
 * (`byte-text.ts`), so that equal scalars are identical and sets have no duplicates.
 */
export type ConfigScalar = number | bigint | string
export type ConfigSet = ReadonlySet<ConfigScalar>
export type ConfigDict = ReadonlyMap<string, ConfigValue>
export type ConfigValue = ConfigScalar | ConfigSet | ConfigDict

export const EMPTY_DICT: ConfigDict = new Map()
export const EMPTY_SET: ConfigSet = new Set()

export function isConfigDict(value: ConfigValue | undefined): value is ConfigDict {
  return value instanceof Map
}

export function isConfigSet(value: ConfigValue | undefined): value is ConfigSet {
  return value instanceof Set
}

export function isConfigScalar(value: ConfigValue | undefined): value is ConfigScalar {
  return value !== undefined && typeof value !== 'object'
}

/** Integers before byte strings, each ascending. */
export function compareScalars(a: ConfigScalar, b: ConfigScalar): number {
  const [isTextA, isTextB] = [typeof a === 'string', typeof b === 'string']
  if (isTextA !== isTextB) return isTextA ? 1 : -1
  if (a === b) return 0
  return a < b ? -1 : 1
}

export function sortSet(set: ConfigSet): ConfigScalar[] {
  return [...set].toSorted(compareScalars)
}

export function equalDicts(a: ConfigDict, b: ConfigDict): boolean {
  if (a === b) return true
  if (a.size !== b.size) return false
  return [...a].every(([key, value]) => equalValues(value, b.get(key)))
}

function equalValues(a: ConfigValue, b: ConfigValue | undefined): boolean {
  if (isConfigDict(a)) return isConfigDict(b) && equalDicts(a, b)
  if (!isConfigSet(a)) return a === b
  return isConfigSet(b) && a.size === b.size && [...a].every((item) => b.has(item))
}
