/**
 * The keys that a group had, in the order in which all devices hold them, and which of them are still needed (spec 14
 * §4.5). Time is that of the swarm, never the device's own.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { GROUP_KEY_LIFE_MS } from './limits.ts'

export interface GroupKey {
  readonly generation: number
  readonly key: Uint8Array
  /** When its message was stored. */
  readonly timestampMs: number
}

function compareKeys(a: GroupKey, b: GroupKey): number {
  if (a.generation !== b.generation) return a.generation - b.generation
  if (a.timestampMs !== b.timestampMs) return a.timestampMs - b.timestampMs
  const [textA, textB] = [encodeHex(a.key), encodeHex(b.key)]
  if (textA === textB) return 0
  return textA < textB ? -1 : 1
}

/** Each key once, at its earliest time, ascending; without those whose time is over. */
export function mergeKeys(keys: readonly GroupKey[]): readonly GroupKey[] {
  const earliest = new Map<string, GroupKey>()
  for (const key of keys) {
    const name = `${key.generation} ${encodeHex(key.key)}`
    const known = earliest.get(name)
    if (known === undefined || key.timestampMs < known.timestampMs) earliest.set(name, key)
  }
  return dropOldKeys([...earliest.values()].toSorted(compareKeys))
}

/**
 * A generation ends when the next one begins. What was written under it is gone from every swarm some time after, and
 * so is its use.
 */
function dropOldKeys(keys: readonly GroupKey[]): readonly GroupKey[] {
  const newestMs = keys.reduce((newest, { timestampMs }) => Math.max(newest, timestampMs), 0)
  const firstKept = keys.findIndex(({ generation }) => {
    // Sorted, so that the first key of a later generation is its oldest.
    const next = keys.find((key) => key.generation > generation)
    return next === undefined || newestMs - next.timestampMs <= GROUP_KEY_LIFE_MS
  })
  return firstKept < 0 ? keys : keys.slice(firstKept)
}

/** Two keys of one generation: admins changed the members at the same time, differently. */
export function hasConflict(keys: readonly GroupKey[]): boolean {
  const top = keys.at(-1)
  return top !== undefined && keys.filter((key) => key.generation === top.generation).length > 1
}
