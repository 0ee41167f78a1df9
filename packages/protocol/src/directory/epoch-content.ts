/**
 * What the authorities agree on for one epoch (spec 07 §8). Bytes are `epoch-codec.ts`, signatures and their count
 * `verify-epoch.ts`, and how a document follows from the one before and from votes is `@sotto/protocol/authority`.
 *
 * @module
 */

import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import type { SoftwareVersion } from './node-descriptor.ts'
import type { NodeRecord } from './node-record.ts'

/** Spec 07 §9.1; the order gives the number on the wire. */
export const NODE_STATES = ['awaiting', 'active', 'decommissioned', 'leaving', 'left'] as const
export type NodeState = (typeof NODE_STATES)[number]

/** Spec 07 §9.2: why a node is not in good standing, one bit each. */
export const REASONS = {
  proofMissing: 1,
  unreachable: 2,
  auditFailed: 4,
  clockOff: 8,
  softwareOld: 16,
  addressDisputed: 32,
  keyShared: 64,
} as const
export type Reason = keyof typeof REASONS

/** One node in an epoch. `swarm` is `INVALID_SWARM_ID` unless the node is `active` or `leaving`. */
export interface EpochNode extends NodeRecord {
  /** BLAKE2b-256 of the descriptor's hybrid key; zeros for a node that has none. */
  readonly hybridHash: Uint8Array
  readonly software: SoftwareVersion
  /** `issuedAt` of the descriptor that the addresses are from. */
  readonly describedAt: number
  readonly state: NodeState
  /** The epoch in which the node entered the state. */
  readonly since: number
  /** Thirtieths of an epoch that the node may still be down; below zero when it is used up. */
  readonly credit: number
  /** Bits of `REASONS` that at least one authority saw, and that enough of them saw to act on. */
  readonly reasonsSeen: number
  readonly reasonsAgreed: number
}

/** What an authority promised in this epoch's vote to reveal in the next (spec 07 §8.3). */
export interface BeaconCommitment {
  readonly authority: Ed25519PublicKey
  /** BLAKE2b-256 of the 32 bytes to come. */
  readonly commitment: Uint8Array
}

export interface EpochContent {
  /** Names the network; 16 bytes, chosen at its beginning. */
  readonly network: Uint8Array
  readonly epoch: number
  /** When the epoch begins, milliseconds since 1970. */
  readonly startsAt: number
  readonly epochMs: number
  /** 32 bytes that nobody could choose alone; the seed of swarm assignment. */
  readonly beacon: Uint8Array
  /** Hash of the document before; zeros for the first. */
  readonly previous: Uint8Array
  readonly softwareMin: SoftwareVersion
  /** Ascending by authority. */
  readonly commitments: readonly BeaconCommitment[]
  /** Ascending by `ed25519`. */
  readonly nodes: readonly EpochNode[]
}

export interface EpochSignature {
  readonly authority: Ed25519PublicKey
  readonly signature: Uint8Array
}

export interface EpochDocument {
  readonly content: EpochContent
  /** BLAKE2b-256 of the canonical bytes of `content`. */
  readonly hash: Uint8Array
  /** Ascending by authority, each once. */
  readonly signatures: readonly EpochSignature[]
}

/** Whose signatures count, and how many of them make a document. */
export interface AuthoritySet {
  readonly keys: readonly Ed25519PublicKey[]
  /** More than half of the keys. */
  readonly threshold: number
}
