/**
 * What each member of a swarm signs about its own result (spec 03 §6.4).
 *
 * A node signs these bytes with its Ed25519 key; a client verifies them with the key from the
 * directory, so that an entry node cannot invent the results of the others.
 *
 * @module
 */

import { concatBytes, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { type Ed25519PublicKey, verify } from '@sotto/crypto/signing'
import type { AccountBytes } from '../swarm/index.ts'

/** Messages of one namespace, or of several by their number. */
export type HashesByNamespace = Readonly<Record<string, readonly string[]>>

/** In byte order, which is also what replies list. */
export function sortHashes(hashes: Iterable<string>): string[] {
  return [...hashes].toSorted()
}

/** All namespaces together, sorted as if they were one. */
export function sortAllHashes(hashes: readonly string[] | HashesByNamespace): string[] {
  return sortHashes(Array.isArray(hashes) ? hashes : Object.values(hashes).flat())
}

export function encodeStoreEntryText(hash: string): Uint8Array {
  return encodeUtf8(hash)
}

export function encodeDeleteEntryText(entry: {
  readonly account: AccountBytes
  readonly requested: readonly string[]
  readonly deleted: readonly string[]
}): Uint8Array {
  return encodeUtf8(
    encodeHex(entry.account) + entry.requested.join('') + sortHashes(entry.deleted).join(''),
  )
}

/** For delete_all, delete_before and expire_all: their signed time and what they changed. */
export function encodeRangeEntryText(entry: {
  readonly account: AccountBytes
  readonly timeMs: number
  readonly changed: readonly string[] | HashesByNamespace
}): Uint8Array {
  return encodeUtf8(encodeHex(entry.account) + entry.timeMs + sortAllHashes(entry.changed).join(''))
}

export interface ExpireEntry {
  readonly account: AccountBytes
  /** As applied: one, or one for each of `updated`. */
  readonly expiryMs: number | readonly number[]
  readonly requested: readonly string[]
  readonly updated: readonly string[]
  /** Present when the request said shorten or extend. */
  readonly unchanged?: Readonly<Record<string, number>>
}

export function encodeExpireEntryText(entry: ExpireEntry): Uint8Array {
  const expiries = typeof entry.expiryMs === 'number' ? [entry.expiryMs] : entry.expiryMs
  const unchanged = entry.unchanged ?? {}
  return encodeUtf8(
    [
      encodeHex(entry.account),
      ...expiries,
      ...entry.requested,
      ...entry.updated,
      ...sortHashes(Object.keys(unchanged)).map((hash) => `${hash}${unchanged[hash]}`),
    ].join(''),
  )
}

export function encodeRevokeEntryText(entry: {
  readonly account: AccountBytes
  readonly timestampMs: number
  readonly tokens: readonly Uint8Array[]
}): Uint8Array {
  return concatBytes([encodeUtf8(encodeHex(entry.account) + entry.timestampMs), ...entry.tokens])
}

/** Whether a node really said this about its result. Never throws. */
export function isEntrySigned(entry: {
  readonly node: Ed25519PublicKey
  readonly text: Uint8Array
  readonly signature: Uint8Array
}): boolean {
  return verify({ publicKey: entry.node, message: entry.text, signature: entry.signature })
}
