/**
 * Which swarm each node of a document is in (spec 08 §4.8). How nodes are divided is the assignment's part, which the
 * caller brings; here is decided when it is asked, and about whom.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { EpochNode } from '../directory/epoch-content.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'

/** Nodes are named by their key in hex; `keepers` is ascending. Must give a swarm to each of them. */
export type AssignSwarms = (
  previous: ReadonlyMap<string, bigint>,
  keepers: readonly string[],
  seed: Uint8Array,
) => ReadonlyMap<string, bigint>

/** Spec 08 §4.8. Who has it keeps messages. */
const STORAGE_ROLE = 'storage'

export interface SwarmUpdate {
  /** With the swarms of the document before. */
  readonly before: readonly EpochNode[]
  /** In their new states; their swarms do not count. */
  readonly nodes: readonly EpochNode[]
  readonly seed: Uint8Array
  readonly assign: AssignSwarms
}

export function updateSwarms({ before, nodes, seed, assign }: SwarmUpdate): readonly EpochNode[] {
  const previous = listSwarms(before)
  const keepers = listKeepers(nodes, previous)
  // Asking anew with another seed could move nodes for no reason, and each move costs a copy of a swarm's messages.
  const isSettled = keepers.join() === listNames(before.filter(isKeeper)).join()
  const assigned = isSettled ? previous : assign(previous, keepers, seed)
  const swarms = new Map(keepers.map((name) => [name, findSwarm(assigned, name)]))
  const living = new Set(swarms.values())
  return nodes.map((node) => {
    const name = encodeHex(node.ed25519)
    const kept = node.state === 'leaving' ? previous.get(name) : undefined
    // A swarm of none but leaving nodes would keep its accounts from moving to others while there is time.
    const inherited = kept !== undefined && living.has(kept) ? kept : INVALID_SWARM_ID
    const swarm = swarms.get(name) ?? inherited
    return swarm === node.swarm ? node : { ...node, swarm }
  })
}

function listSwarms(nodes: readonly EpochNode[]): ReadonlyMap<string, bigint> {
  const members = nodes.filter(({ swarm }) => swarm !== INVALID_SWARM_ID)
  return new Map(members.map(({ ed25519, swarm }) => [encodeHex(ed25519), swarm]))
}

/**
 * Who has a swarm keeps it while it is active, whatever role it gives up: it could otherwise have itself assigned again and
 * again by its own word, until it is among the accounts that it is after.
 */
function listKeepers(
  nodes: readonly EpochNode[],
  previous: ReadonlyMap<string, bigint>,
): readonly string[] {
  return listNames(
    nodes.filter(
      ({ state, roles, ed25519 }) =>
        state === 'active' && (roles.includes(STORAGE_ROLE) || previous.has(encodeHex(ed25519))),
    ),
  )
}

function isKeeper({ state, swarm }: EpochNode): boolean {
  return state === 'active' && swarm !== INVALID_SWARM_ID
}

function listNames(nodes: readonly EpochNode[]): readonly string[] {
  return nodes.map(({ ed25519 }) => encodeHex(ed25519)).toSorted()
}

function findSwarm(assigned: ReadonlyMap<string, bigint>, name: string): bigint {
  const swarm = assigned.get(name)
  if (swarm === undefined) throw new Error('a node that keeps messages was given no swarm')
  return swarm
}
