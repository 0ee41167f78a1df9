/**
 * The keys that all devices of an account share, each of which is used for half a day and kept for sixteen (spec 12
 * §2): which one is active when devices disagree, how two lists become one, and when a key is erased. How a list travels
 * between devices is in `devices/`, when a key is replaced in `rotation.ts`.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import { INTEGER_MAX, KEY_SEED_BYTES, SECONDS_PER_DAY } from '../limits.ts'
import { expandAccountSeed, type KeyPairs } from './key-pairs.ts'

export interface AccountKey {
  readonly seed: Uint8Array
  readonly pairs: KeyPairs
  readonly createdSeconds: number
  /** When another key took its place; without it the key is active. */
  readonly rotatedSeconds?: number
  /** The swarm has confirmed a group message with its seed. */
  readonly isDistributed: boolean
  /** It was seen in the account's own outbox. */
  readonly isPublished: boolean
}

/** What a group message says of a key. */
export interface SharedAccountKey {
  readonly seed: Uint8Array
  readonly createdSeconds: number
  readonly rotatedSeconds?: number
}

/** Spec 12 §2.2. The longest life of a message, a day of a sender's cache, and a day more. */
export const OLD_KEY_KEPT_SECONDS: number = 16 * SECONDS_PER_DAY
/** Spec 12 §2.2. Sixteen days make 33; a device that sends more must not make our own lists too long to send. */
const KEYS_KEPT = 64

/** Expands the seed anew, so that what is stored beside it is never believed. */
export function restoreAccountKey(shared: SharedAccountKey): AccountKey {
  return {
    ...shared,
    pairs: expandAccountSeed(shared.seed),
    isDistributed: false,
    isPublished: false,
  }
}

/**
 * A new active key before `keys`. It is at least a second younger than all of them: of two keys of one second the
 * lower seed wins, and after a removal that could be the one that the removed device knows.
 */
export function addNewAccountKey(
  keys: readonly AccountKey[],
  nowSeconds: number,
  randomness: Randomness,
): readonly AccountKey[] {
  const latestSeconds = keys.reduce(
    (latest, key) => Math.max(latest, key.createdSeconds + 1),
    nowSeconds,
  )
  const createdSeconds = Math.min(latestSeconds, INTEGER_MAX)
  const seed = randomness.bytes(KEY_SEED_BYTES)
  return settleAccountKeys([...keys, restoreAccountKey({ seed, createdSeconds })])
}

export function findActiveKey(keys: readonly AccountKey[]): AccountKey | undefined {
  return keys.find(({ rotatedSeconds }) => rotatedSeconds === undefined)
}

/**
 * Takes in what another device knows. It is a maximum over a total order: in which order and how often lists arrive makes
 * no difference.
 */
export function mergeAccountKeys(
  keys: readonly AccountKey[],
  shared: readonly SharedAccountKey[],
): readonly AccountKey[] {
  const merged = [...keys]
  for (const received of shared) {
    const index = merged.findIndex(({ seed }) => equalBytes(seed, received.seed))
    const held = merged[index]
    if (held === undefined) merged.push(restoreAccountKey(received))
    else merged[index] = withEarlierRotation(held, received.rotatedSeconds)
  }
  return settleAccountKeys(merged)
}

function withEarlierRotation(key: AccountKey, rotatedSeconds: number | undefined): AccountKey {
  if (rotatedSeconds === undefined) return key
  return { ...key, rotatedSeconds: Math.min(key.rotatedSeconds ?? rotatedSeconds, rotatedSeconds) }
}

/** One active key at most, and the order of spec 12 §2.2: it, then those that were replaced last. */
function settleAccountKeys(keys: readonly AccountKey[]): readonly AccountKey[] {
  const active = keys.filter(({ rotatedSeconds }) => rotatedSeconds === undefined)
  const [winner] = active.toSorted(
    (a, b) => b.createdSeconds - a.createdSeconds || compareBytes(a.seed, b.seed),
  )
  const settled = keys.map((key) =>
    winner === undefined || key === winner || key.rotatedSeconds !== undefined
      ? key
      : { ...key, rotatedSeconds: winner.createdSeconds },
  )
  return settled.toSorted(compareAccountKeys).slice(0, KEYS_KEPT)
}

function compareAccountKeys(a: AccountKey, b: AccountKey): number {
  const [rotatedA, rotatedB] = [a.rotatedSeconds ?? Infinity, b.rotatedSeconds ?? Infinity]
  if (rotatedA !== rotatedB) return rotatedA < rotatedB ? 1 : -1
  return b.createdSeconds - a.createdSeconds || compareBytes(a.seed, b.seed)
}

/** Negative if `a` sorts first; in constant length order of bytes, as the wire sorts. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/**
 * Without the keys that no message in any swarm can need. A seed that stays is what a thief of the device reads sixteen days
 * of messages with, so this runs before a list is sent and at every start; overwriting what is dropped is the caller's part,
 * after the new list is stored.
 */
export function pruneAccountKeys(
  keys: readonly AccountKey[],
  nowSeconds: number,
): readonly AccountKey[] {
  return keys.filter((key) => !isOutdated(key, nowSeconds))
}

function isOutdated({ rotatedSeconds }: AccountKey, nowSeconds: number): boolean {
  return rotatedSeconds !== undefined && rotatedSeconds < nowSeconds - OLD_KEY_KEPT_SECONDS
}

/**
 * The keys that a message's indicator may mean, active first. Two keys share an indicator once in 65,536 times, so all of
 * them are tried.
 */
export function findKeysByIndicator(
  keys: readonly AccountKey[],
  indicator: Uint8Array,
): readonly AccountKey[] {
  return keys.filter(({ pairs }) => startsWith(pairs.kem.publicKey, indicator))
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, start.length), start)
}
