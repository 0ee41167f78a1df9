/**
 * What the kept changes of an account make of its messages and tokens (spec 10 §8.2), for the store, which keeps changes as
 * bytes.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { findFate, judgeTokens, readEffect, type TimedEffect } from '@sotto/protocol/replication'
import type { AccountChange } from './message-store.ts'
import type { ChangeMeaning } from './record-store.ts'

/** Bytes of changes of which is remembered what they say; as objects they take a few times as much. */
const REMEMBERED_BYTES_MAX = 8 * 1024 * 1024

/** By hash, which covers time and request. A member that catches up looks at all changes of an account with each that it gets. */
const remembered = new Map<string, TimedEffect>()
let rememberedBytes = 0

function readTimed({ hash, atMs, request }: AccountChange): readonly TimedEffect[] {
  const name = encodeHex(hash)
  const known = remembered.get(name)
  if (known !== undefined) return [known]
  const effect = readEffect({ atMs, request })
  if (effect === undefined) return []
  const timed = { atMs, effect }
  rememberedBytes += request.length
  if (rememberedBytes > REMEMBERED_BYTES_MAX) {
    remembered.clear()
    rememberedBytes = request.length
  }
  remembered.set(name, timed)
  return [timed]
}

/** The changes of an account are listed once for all of its messages. */
const lists = new WeakMap<readonly AccountChange[], readonly TimedEffect[]>()

function listEffects(changes: readonly AccountChange[]): readonly TimedEffect[] {
  const known = lists.get(changes)
  if (known !== undefined) return known
  const listed = changes.flatMap(readTimed)
  lists.set(changes, listed)
  return listed
}

export const CHANGE_MEANING: ChangeMeaning = {
  expiryOf(message, changes) {
    const fate = findFate(message, listEffects(changes))
    return 'isDeleted' in fate ? undefined : fate.expiryMs
  },
  tokensOf: (changes) => judgeTokens(listEffects(changes)),
}
