/**
 * The document with which a network begins (spec 08 §4.9): no vote decides it, its founders write it down and sign it. Every
 * later one follows from it.
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { EpochContent, EpochNode } from '../directory/epoch-content.ts'
import type { SoftwareVersion } from '../directory/node-descriptor.ts'
import type { NodeRecord } from '../directory/node-record.ts'
import { compareKeys } from './compare-keys.ts'
import { CREDIT_INITIAL } from './credit.ts'

/** Spec 08 §4.9. */
const FIRST_EPOCH = 0
const HASH_BYTES = 32

/** A node that the founders know, in a swarm or in none. */
export interface FoundingNode extends NodeRecord {
  readonly hybridHash?: Uint8Array
  readonly software: SoftwareVersion
  readonly describedAt: number
}

export interface FirstEpochOptions {
  readonly network: Uint8Array
  readonly startsAt: number
  readonly epochMs: number
  readonly nodes: readonly FoundingNode[]
}

export function createFirstEpoch(options: FirstEpochOptions): EpochContent {
  const { network, startsAt, epochMs, nodes } = options
  return {
    network,
    epoch: FIRST_EPOCH,
    startsAt,
    epochMs,
    beacon: blake2b(encodeUtf8('sotto-first-beacon'), { length: HASH_BYTES, key: network }),
    previous: new Uint8Array(HASH_BYTES),
    softwareMin: [0, 0, 0],
    commitments: [],
    nodes: nodes.map(toEpochNode).toSorted((a, b) => compareKeys(a.ed25519, b.ed25519)),
  }
}

function toEpochNode({ hybridHash, ...node }: FoundingNode): EpochNode {
  return {
    ...node,
    hybridHash: hybridHash ?? new Uint8Array(HASH_BYTES),
    state: 'active',
    since: FIRST_EPOCH,
    credit: CREDIT_INITIAL,
    reasonsSeen: 0,
    reasonsAgreed: 0,
  }
}
