/**
 * What changed between two states of a configuration, and how a change is done again elsewhere (spec 11 §5.1, §5.2). A
 * diff holds no values: they are looked up in the data of the revision that carries it.
 *
 * @module
 */

import {
  type ConfigDict,
  type ConfigSet,
  type ConfigValue,
  EMPTY_DICT,
  EMPTY_SET,
  isConfigDict,
  isConfigScalar,
  isConfigSet,
} from './config-value.ts'

export interface SetDelta {
  readonly added: ConfigSet
  readonly removed: ConfigSet
}

export type ConfigDiff = ReadonlyMap<string, DiffEntry>
export type DiffEntry = 'changed' | 'erased' | SetDelta | ConfigDiff

export const EMPTY_DIFF: ConfigDiff = new Map()

export function isNestedDiff(entry: DiffEntry): entry is ConfigDiff {
  return entry instanceof Map
}

export function computeDiff(before: ConfigDict, after: ConfigDict): ConfigDiff {
  const diff = new Map<string, DiffEntry>()
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const entry = compareValues(before.get(key), after.get(key))
    if (entry !== undefined) diff.set(key, entry)
  }
  return diff
}

/** A value of another kind than before is written as new: what it replaces goes without being named. */
function compareValues(
  before: ConfigValue | undefined,
  after: ConfigValue | undefined,
): DiffEntry | undefined {
  if (isConfigDict(after ?? before)) {
    const diff = computeDiff(
      isConfigDict(before) ? before : EMPTY_DICT,
      isConfigDict(after) ? after : EMPTY_DICT,
    )
    return diff.size === 0 ? undefined : diff
  }
  if (isConfigSet(after ?? before)) return compareSets(before, after)
  if (after === undefined) return 'erased'
  return before === after ? undefined : 'changed'
}

function compareSets(
  before: ConfigValue | undefined,
  after: ConfigValue | undefined,
): SetDelta | undefined {
  const from = isConfigSet(before) ? before : EMPTY_SET
  const to = isConfigSet(after) ? after : EMPTY_SET
  const delta = { added: to.difference(from), removed: from.difference(to) }
  return delta.added.size + delta.removed.size === 0 ? undefined : delta
}

/**
 * Does a change again on `target`; the values are those of `source`, the data of the revision that carries the diff. A
 * key that `source` no longer has, or has as another kind, is erased: its author has removed it since.
 */
export function applyDiff(input: {
  readonly diff: ConfigDiff
  readonly source: ConfigDict
  readonly target: ConfigDict
}): ConfigDict {
  const result = new Map(input.target)
  for (const [key, entry] of input.diff) {
    const value = applyEntry(entry, input.source.get(key), result.get(key))
    if (value === undefined) result.delete(key)
    else result.set(key, value)
  }
  return result
}

/** `undefined` erases. Nothing empty is left behind, which no reader would accept. */
function applyEntry(
  entry: DiffEntry,
  source: ConfigValue | undefined,
  target: ConfigValue | undefined,
): ConfigValue | undefined {
  if (entry === 'erased') return undefined
  if (entry === 'changed') return isConfigScalar(source) ? source : undefined
  if (isNestedDiff(entry)) {
    if (!isConfigDict(source)) return undefined
    const nested = isConfigDict(target) ? target : EMPTY_DICT
    const dict = applyDiff({ diff: entry, source, target: nested })
    return dict.size === 0 ? undefined : dict
  }
  if (!isConfigSet(source)) return undefined
  const base = isConfigSet(target) ? target : EMPTY_SET
  const set = base.union(entry.added).difference(entry.removed)
  return set.size === 0 ? undefined : set
}
