/**
 * Who is in a document, and under which keys and addresses (spec 08 §4.2, §4.3). A node's own word is enough for its
 * record; to become one of the nodes it needs enough votes. What two nodes would share stays with the one that has it.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { DIRECTORY_NODES_MAX } from '../directory/directory-list.ts'
import type { EpochNode } from '../directory/epoch-content.ts'
import { type UniqueFields, listUniqueValues } from '../directory/find-duplicate.ts'
import type { NodeDescriptor } from '../directory/node-descriptor.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import { CREDIT_INITIAL } from './credit.ts'
import type { VoteTally } from './tally-votes.ts'
import { HASH_BYTES } from './vote.ts'

export interface NodesToDescribe {
  /** Those of the document before, in their new states; some of them may be gone. */
  readonly nodes: readonly EpochNode[]
  /** Who was in the document before, in hex. Nobody goes and comes in one step. */
  readonly known: ReadonlySet<string>
  readonly tally: VoteTally
  readonly epoch: number
}

/**
 * Admissions come before changes, and changes that enough votes have before others: otherwise a few liars could keep
 * somebody out by letting a node of theirs claim the other's address.
 */
export function describeNodes({
  nodes,
  known,
  tally,
  epoch,
}: NodesToDescribe): readonly EpochNode[] {
  const claims = new Claims(nodes)
  const described = new Map(nodes.map((node) => [encodeHex(node.ed25519), node]))
  for (const [name, { newest, isBacked }] of tally.descriptions) {
    if (known.has(name) || !isBacked || newest.isLeaving) continue
    if (described.size >= DIRECTORY_NODES_MAX || !claims.take(name, newest)) continue
    described.set(name, admitNode(newest, epoch))
  }
  for (const backed of [true, false]) {
    for (const [name, { newest, isBacked }] of tally.descriptions) {
      const node = described.get(name)
      if (node === undefined || isBacked !== backed || !isRenewed(node, newest)) continue
      if (claims.take(name, newest)) described.set(name, describeNode(node, newest))
    }
  }
  return [...described].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, node]) => node)
}

function isRenewed({ state, describedAt }: EpochNode, { issuedAt }: NodeDescriptor): boolean {
  return state !== 'left' && issuedAt > describedAt
}

function admitNode(descriptor: NodeDescriptor, epoch: number): EpochNode {
  const standing = {
    state: 'awaiting',
    since: epoch,
    credit: CREDIT_INITIAL,
    reasonsSeen: 0,
    reasonsAgreed: 0,
    swarm: INVALID_SWARM_ID,
  } as const
  return describeNode(standing, descriptor)
}

type Standing = Pick<
  EpochNode,
  'state' | 'since' | 'credit' | 'reasonsSeen' | 'reasonsAgreed' | 'swarm'
>

/** Everything that the node says of itself is replaced, a name that it does not use any more included. */
function describeNode(standing: Standing, descriptor: NodeDescriptor): EpochNode {
  return {
    ed25519: descriptor.ed25519,
    x25519: descriptor.x25519,
    legacy: descriptor.legacy,
    hybridHash: hashHybrid(descriptor.hybrid),
    host: descriptor.host,
    ports: descriptor.ports,
    roles: descriptor.roles,
    software: descriptor.software,
    describedAt: descriptor.issuedAt,
    ...(descriptor.name === '' ? {} : { name: descriptor.name }),
    state: standing.state,
    since: standing.since,
    credit: standing.credit,
    reasonsSeen: standing.reasonsSeen,
    reasonsAgreed: standing.reasonsAgreed,
    swarm: standing.swarm,
  }
}

function hashHybrid(hybrid: Uint8Array): Uint8Array {
  if (hybrid.length === 0) return new Uint8Array(HASH_BYTES)
  return blake2b(hybrid, { length: HASH_BYTES })
}

/** Who holds which key and which address. A document in which two held one would be refused as a whole. */
class Claims {
  readonly #holders = new Map<string, string>()
  readonly #held = new Map<string, readonly string[]>()

  constructor(nodes: readonly EpochNode[]) {
    for (const node of nodes) this.#hold(encodeHex(node.ed25519), listClaims(node))
  }

  /** All of it or, if another one holds any, nothing. */
  take(name: string, fields: UniqueFields): boolean {
    const values = listUniqueValues(fields).map(formatClaim)
    const isFree = values.every((value) => (this.#holders.get(value) ?? name) === name)
    if (!isFree || new Set(values).size < values.length) return false
    for (const value of this.#held.get(name) ?? []) this.#holders.delete(value)
    this.#hold(name, values)
    return true
  }

  #hold(name: string, values: readonly string[]): void {
    for (const value of values) this.#holders.set(value, name)
    this.#held.set(name, values)
  }
}

/**
 * A node that left keeps its keys for as long as it is shown, and no address: whoever follows it there need not wait. One
 * that is decommissioned keeps both, or another could take its address and so keep it from coming back.
 */
function listClaims(node: EpochNode): readonly string[] {
  const values = listUniqueValues(node)
  const held = node.state === 'left' ? values.filter(([what]) => what !== 'address') : values
  return held.map(formatClaim)
}

function formatClaim([what, value]: readonly [string, string]): string {
  return `${what} ${value}`
}
