/**
 * The nodes of the network, to be looked up by key and by swarm (spec 07 §1). It does not change: a newer list makes a
 * new directory. Where lists come from and whether they are genuine is `directory-list.ts`; directories of epochs are
 * made in `epoch-directory.ts`.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import {
  type AccountBytes,
  INVALID_SWARM_ID,
  computeSwarmSpace,
  findSwarm,
} from '../swarm/index.ts'
import { DIRECTORY_VERSION } from '../version.ts'
import { encodeCanonicalList } from './canonical-list.ts'
import { findDuplicate } from './find-duplicate.ts'
import type { NodeRecord } from './node-record.ts'

const HASH_BYTES = 32

export interface DirectoryMeta {
  /** Grows with every list; a lower one is an old list. */
  readonly height: number
  /** Milliseconds since 1970. */
  readonly issuedAt: number
}

export interface DirectoryContent extends DirectoryMeta {
  readonly version: number
  readonly nodes: readonly NodeRecord[]
}

export interface Swarm {
  readonly id: bigint
  readonly members: readonly NodeRecord[]
}

export interface Directory extends DirectoryContent {
  /** Names the content: 64 hex digits. */
  readonly hash: string
  /** Upwards, without `INVALID_SWARM_ID`. */
  readonly swarmIds: readonly bigint[]
  findByEd25519(key: string | Uint8Array): NodeRecord | undefined
  findByLegacy(key: string | Uint8Array): NodeRecord | undefined
  /** The swarm that keeps the account's messages; `INVALID_SWARM_ID` and nobody when there is no swarm. */
  swarmOf(account: AccountBytes): Swarm
  /** Nobody for an id that no node has, and for `INVALID_SWARM_ID`. */
  membersOf(swarmId: bigint): readonly NodeRecord[]
}

/** Throws when two nodes share a key or an address; decoded lists were checked before. */
export function createDirectory(nodes: readonly NodeRecord[], meta: DirectoryMeta): Directory {
  const duplicate = findDuplicate(nodes)
  if (duplicate !== undefined) {
    throw new RangeError(`node ${duplicate.index} repeats the ${duplicate.what} of another`)
  }
  const { height, issuedAt } = meta
  const content = { version: DIRECTORY_VERSION, height, issuedAt, nodes }
  return indexDirectory(content, blake2b(encodeCanonicalList(content), { length: HASH_BYTES }))
}

/** The look-ups over nodes whose keys are known to be different. */
export function indexDirectory(content: DirectoryContent, hash: Uint8Array): Directory {
  const { nodes } = content
  const byEd25519 = new Map(nodes.map((node) => [encodeHex(node.ed25519), node]))
  const byLegacy = new Map(nodes.map((node) => [encodeHex(node.legacy), node]))
  const swarms = groupBySwarm(nodes)
  const swarmIds = [...swarms.keys()].toSorted(compareIds)
  const membersOf = (swarmId: bigint): readonly NodeRecord[] => swarms.get(swarmId) ?? []
  return {
    ...content,
    hash: encodeHex(hash),
    swarmIds,
    findByEd25519: (key) => byEd25519.get(toHex(key)),
    findByLegacy: (key) => byLegacy.get(toHex(key)),
    swarmOf: (account) => {
      const id = findSwarm(swarmIds, computeSwarmSpace(account)) ?? INVALID_SWARM_ID
      return { id, members: membersOf(id) }
    },
    membersOf,
  }
}

function groupBySwarm(nodes: readonly NodeRecord[]): ReadonlyMap<bigint, readonly NodeRecord[]> {
  const assigned = nodes.filter((node) => node.swarm !== INVALID_SWARM_ID)
  return Map.groupBy(assigned, (node) => node.swarm)
}

function compareIds(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b)
}

function toHex(key: string | Uint8Array): string {
  return typeof key === 'string' ? key.toLowerCase() : encodeHex(key)
}
