/**
 * What one authority has to say for one epoch (spec 08 §2). Bytes are `vote-codec.ts`, signatures `vote-statement.ts`;
 * how all honest authorities come to have the same votes is `agreement.ts`.
 *
 * @module
 */

import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import type { NodeDescriptor, SoftwareVersion } from '../directory/node-descriptor.ts'

/** A descriptor, the bytes in which its node signed it, and the hash that names its content (document 07). */
export interface SignedDescriptor {
  readonly descriptor: NodeDescriptor
  readonly bytes: Uint8Array
  readonly hash: Uint8Array
}

/** An authority's opinion of one node that it finds failing. */
export interface Verdict {
  readonly node: Ed25519PublicKey
  /** Bits of `REASONS`, at least one. */
  readonly reasons: number
}

export interface Vote {
  /** Names the network; 16 bytes. */
  readonly network: Uint8Array
  /** The epoch to be decided; never the first, which no vote decides. */
  readonly epoch: number
  /** Hash of the document that the vote builds on. */
  readonly previous: Uint8Array
  readonly authority: Ed25519PublicKey
  /** 32 bytes; they count if that document has the promise of them. */
  readonly reveal: Uint8Array
  /** BLAKE2b-256 of what the next vote reveals. */
  readonly commitment: Uint8Array
  readonly softwareMin: SoftwareVersion
  /** Of nodes that the document does not have and that this authority admits, and newer ones of nodes that it has. */
  readonly descriptors: readonly SignedDescriptor[]
  /** Failing nodes only. */
  readonly verdicts: readonly Verdict[]
  /** Nodes that are `awaiting` or `decommissioned` and that this authority finds fit to be `active`. */
  readonly readiness: readonly Ed25519PublicKey[]
}

/** Spec 08 §2.2. A full network, with the longest descriptors. */
export const VOTE_BYTES_MAX: number = 8 * 1024 * 1024
/** Spec 08 §2.2. In each list; as many nodes as a document can have. */
export const VOTE_ENTRIES_MAX = 4096
/** Spec 08 §1. More would make the rounds too dear (ADR 0009). */
export const AUTHORITIES_MAX = 9
/** Spec 08 §2.2. */
export const NETWORK_BYTES = 16
/** Spec 08 §2.2. Of hashes, and of keys, reveals and commitments. */
export const HASH_BYTES = 32
/** Spec 08 §2.2. The first document is not voted on. */
export const EPOCH_MIN = 1
/** Spec 08 §2.2. What a document has room for. */
export const EPOCH_MAX: number = 2 ** 32 - 1
/** Every bit of `REASONS`. */
export const REASONS_MAX = 0x7f
