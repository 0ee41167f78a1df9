/**
 * Changes that a device made so long ago that their revision has no say in a merge any more (spec 11 §5.5). They are
 * done again on what the others have agreed on meanwhile, except where the others changed the same thing.
 *
 * @module
 */

import {
  applyDiff,
  type ConfigDiff,
  computeDiff,
  type DiffEntry,
  isNestedDiff,
} from './config-diff.ts'
import { type ConfigDict, type ConfigValue, isConfigDict, isConfigScalar } from './config-value.ts'

export interface LateChanges {
  /** What all had in common before the changes. */
  readonly base: ConfigDict
  /** With the late changes. */
  readonly own: ConfigDict
  /** What the others have now. */
  readonly target: ConfigDict
  /** Earlier states of this device that the others may have taken over: their values are no change by others. */
  readonly shown: readonly ConfigDict[]
}

export function applyLateChanges({ base, own, target, shown }: LateChanges): ConfigDict {
  const others = computeDiff(base, target)
  const diff = dropContested(computeDiff(base, own), { others, target, shown })
  return applyDiff({ diff, source: own, target })
}

interface Contest {
  readonly others: ConfigDiff
  readonly target: ConfigDict
  readonly shown: readonly ConfigDict[]
}

function dropContested(own: ConfigDiff, { others, target, shown }: Contest): ConfigDiff {
  const kept = new Map<string, DiffEntry>()
  for (const [key, entry] of own) {
    const values = shown.map((state) => state.get(key))
    const left = keepUncontested(entry, {
      others: others.get(key),
      target: target.get(key),
      shown: values,
    })
    if (left !== undefined) kept.set(key, left)
  }
  return kept
}

interface EntryContest {
  readonly others: DiffEntry | undefined
  readonly target: ConfigValue | undefined
  readonly shown: readonly (ConfigValue | undefined)[]
}

/** A dict that the others removed stays removed: a contact must not come back as a lone nickname. */
function keepUncontested(
  own: DiffEntry,
  { others, target, shown }: EntryContest,
): DiffEntry | undefined {
  if (others === undefined) return own
  if (isNestedDiff(own) && isNestedDiff(others) && isConfigDict(target)) {
    const left = dropContested(own, { others, target, shown: shown.filter(isConfigDict) })
    return left.size === 0 ? undefined : left
  }
  const isOwnValue = isConfigScalar(target) && shown.includes(target)
  return isOwnValue || (isSetDelta(own) && isSetDelta(others)) ? own : undefined
}

function isSetDelta(entry: DiffEntry): boolean {
  return typeof entry === 'object' && !isNestedDiff(entry)
}
