/**
 * Account keys as a device keeps them (spec 12 §2.2): which is active, what merging makes of two lists, and when one is erased.
 *
 * @module
 */
import type { AccountKey } from './world.ts'

export const MOMENTS_PER_TICK = 1000

export function findActive(keys: readonly AccountKey[]): AccountKey | undefined {
  return keys.find(({ rotatedAt }) => rotatedAt === undefined)
}

/** One stays active; the others were replaced when it was made. In an order that does not depend on how they came. */
export function settle(keys: readonly AccountKey[]): readonly AccountKey[] {
  const [winner] = keys.filter(({ rotatedAt }) => rotatedAt === undefined).toSorted(compareKeys)
  return keys
    .map((key) => {
      if (winner === undefined || key.rotatedAt !== undefined || key === winner) return key
      return { ...key, rotatedAt: Math.floor(winner.createdAt / MOMENTS_PER_TICK) }
    })
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

/** The youngest, then the one whose seed comes first. */
function compareKeys(a: AccountKey, b: AccountKey): number {
  return b.createdAt - a.createdAt || a.rank - b.rank || (a.id < b.id ? -1 : 1)
}

export function mergeKeys(
  held: readonly AccountKey[],
  told: readonly AccountKey[],
): readonly AccountKey[] {
  const merged = new Map(held.map((key) => [key.id, key]))
  for (const key of told) {
    const known = merged.get(key.id)
    merged.set(key.id, known === undefined ? key : withEarlierRotation(known, key.rotatedAt))
  }
  return settle([...merged.values()])
}

function withEarlierRotation(key: AccountKey, rotatedAt: number | undefined): AccountKey {
  if (rotatedAt === undefined) return key
  return { ...key, rotatedAt: Math.min(key.rotatedAt ?? rotatedAt, rotatedAt) }
}

/** `after` ticks are over and gone: a key that was replaced at 0 is there in tick `after` - 1 for the last time. */
export function pruneKeys(
  keys: readonly AccountKey[],
  now: number,
  after: number | undefined,
): readonly AccountKey[] {
  if (after === undefined) return keys
  return keys.filter(({ rotatedAt }) => rotatedAt === undefined || now - rotatedAt < after)
}
