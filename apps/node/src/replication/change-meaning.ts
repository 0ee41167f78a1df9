/**
 * Reads the changes that the store keeps (spec 10 §8.2), so that the store need not know what they say.
 *
 * @module
 */
import { findFate, judgeTokens, readEffect, type TimedEffect } from '@sotto/protocol/replication'
import type { AccountChange } from '../store/message-store.ts'
import type { ChangeMeaning } from '../store/record-store.ts'

/** Bounds what is remembered of changes that were read; each is a few hundred bytes. */
const READ_CHANGES_MAX = 1024

/** A change is read once while it is in use: a batch of late messages of one account would read all of them each time. */
export function createChangeMeaning(): ChangeMeaning {
  const read = new Map<AccountChange['request'], TimedEffect>()
  const toTimed = (change: AccountChange): readonly TimedEffect[] => {
    const known = read.get(change.request)
    if (known !== undefined) return [known]
    const effect = readEffect(change)
    if (effect === undefined) return []
    const timed = { atMs: change.atMs, effect }
    if (read.size >= READ_CHANGES_MAX) read.clear()
    read.set(change.request, timed)
    return [timed]
  }
  return {
    expiryOf(message, changes) {
      const fate = findFate(message, changes.flatMap(toTimed))
      return 'isDeleted' in fate ? undefined : fate.expiryMs
    },
    tokensOf: (changes) => judgeTokens(changes.flatMap(toTimed)),
  }
}
