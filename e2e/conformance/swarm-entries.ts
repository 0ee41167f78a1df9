/**
 * The `swarm` object of replies that every member signs: who is in it, and whether each signature holds.
 *
 * @module
 */

import { expect } from 'vitest'
import { type Json, isJson, readObject } from '../foreign/foreign-rpc.ts'
import { type Caller, type Part, isSignedBy } from './wire-account.ts'
import type { WireNetwork } from './wire-network.ts'

export interface SwarmEntry {
  readonly ed25519: string
  readonly entry: Json
}

/** Entries of all members, none missing, none too many, none failed. */
export function readEntries(network: WireNetwork, account: Caller, body: Json): SwarmEntry[] {
  const swarm = readObject(body, 'swarm')
  const members = network.members(account).map((node) => node.ed25519)
  expect(Object.keys(swarm).toSorted()).toEqual(members.toSorted())
  return Object.entries(swarm).map(([ed25519, entry]) => {
    expect(isJson(entry) && entry['failed'] === undefined).toBe(true)
    return { ed25519, entry: isJson(entry) ? entry : {} }
  })
}

/** Asserts that each entry is signed by its node over what `parts` makes of it. */
export function expectSigned(
  entries: readonly SwarmEntry[],
  parts: (entry: Json) => readonly Part[],
): void {
  const verdicts = entries.map(({ ed25519, entry }) =>
    isSignedBy(ed25519, entry['signature'], ...parts(entry)),
  )
  expect(verdicts).toEqual(entries.map(() => true))
}

/** The strings of a list, or of all lists of an object by namespace. */
export function readStrings(value: unknown): string[] {
  const lists = isJson(value) ? Object.values(value) : [value]
  return lists.flatMap((list) => (Array.isArray(list) ? list.map(String) : ['no list']))
}
