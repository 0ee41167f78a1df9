/**
 * What everybody knows of a simulated network before it runs: the keys of its nodes, who is in which swarm, and the document
 * it begins with. All of it follows from the number of nodes, so that processes that share a network need not agree on it.
 *
 * @module
 */
import { createHash } from 'node:crypto'
import { encodeHex } from '@sotto/crypto/bytes'
import { type SigningKeyPair, deriveSigningKeyPair } from '@sotto/crypto/signing'
import { deriveNodeIdentity, type NodeIdentity } from '@sotto/node/identity'
import type { RunningNode } from '@sotto/node/start'
import {
  type AccountBytes,
  assignSwarms,
  computeSwarmSpace,
  findSwarm,
  type SwarmAssignment,
} from '@sotto/protocol/swarm'
import { createFoundingDocument } from './founding-document.ts'

export interface NetworkShape {
  readonly nodes: number
  /** Keys that sign documents; the first nodes hold them when `votes`. */
  readonly authorities: number
  /** Whether authorities are at work; without them the first document stays. */
  readonly votes: boolean
  readonly epochMs: number
}

export interface SwarmPart {
  readonly id: bigint
  readonly keeps: (account: AccountBytes) => boolean
}

export const NETWORK_ID: Uint8Array = new Uint8Array(16).fill(7)

export function deriveSeed(name: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(name).digest())
}

export function listAuthorities(count: number): readonly SigningKeyPair[] {
  return Array.from({ length: count }, (_, index) =>
    deriveSigningKeyPair(deriveSeed(`authority ${index}`)),
  )
}

export class NetworkPlan {
  readonly shape: NetworkShape
  readonly identities: readonly NodeIdentity[]
  readonly #swarms: SwarmAssignment
  readonly #swarmIds: readonly bigint[]

  constructor(shape: NetworkShape) {
    this.shape = shape
    this.identities = Array.from({ length: shape.nodes }, (_, index) =>
      deriveNodeIdentity(deriveSeed(`node ${index}`)),
    )
    const keys = this.identities.map(({ signing }) => encodeHex(signing.publicKey))
    this.#swarms = assignSwarms(new Map(), keys, new Uint8Array(32))
    this.#swarmIds = [...new Set(this.#swarms.values())].toSorted((a, b) =>
      a < b ? -1 : Number(a > b),
    )
  }

  swarmOf(index: number): SwarmPart {
    const key = this.identities[index]?.signing.publicKey
    if (key === undefined) throw new Error('no such node')
    const id = this.#swarms.get(encodeHex(key)) ?? 0n
    return {
      id,
      keeps: (account) => findSwarm(this.#swarmIds, computeSwarmSpace(account)) === id,
    }
  }

  /** `ports` of all nodes, in their order. */
  found(startsAt: number, ports: readonly RunningNode['ports'][]): Uint8Array {
    return createFoundingDocument({
      network: NETWORK_ID,
      startsAt,
      epochMs: this.shape.epochMs,
      authorities: listAuthorities(this.shape.authorities),
      votes: this.shape.votes,
      nodes: this.identities.map((identity, index) => {
        const own = ports[index]
        if (own === undefined) throw new Error('a node without ports')
        return { identity, ports: own }
      }),
      swarms: this.#swarms,
    })
  }
}
