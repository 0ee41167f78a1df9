/**
 * What a reader checks of a node when it first uses its keys (spec 07 §8.2): doing so for every node of an epoch would
 * cost seconds in a browser, for nodes that it never meets.
 *
 * @module
 */

import { equalBytes } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { EpochNode } from './epoch-content.ts'
import { HASH_BYTES } from './epoch-layout.ts'
import type { NodeDescriptor } from './node-descriptor.ts'
import { isAgreementPoint, isSigningPoint } from './usable-key.ts'

/** Whether its keys are points that can prove and hide something (spec 07 §2.2). */
export function isUsableNode({ ed25519, legacy, x25519 }: EpochNode): boolean {
  return isAgreementPoint(x25519) && isSigningPoint(ed25519) && isSigningPoint(legacy)
}

/** `hybridHash` of a node with this key: zeros where it has none. */
export function hashHybridKey(hybrid: Uint8Array): Uint8Array {
  return hybrid.length === 0 ? new Uint8Array(HASH_BYTES) : blake2b(hybrid, { length: HASH_BYTES })
}

/**
 * The hybrid key of a hop, from a descriptor that anybody may have handed over: only the key that the authorities
 * agreed on. Nothing where the node has none, and where the descriptor is of another node or has another key.
 */
export function findHybridKey(
  { ed25519, hybrid }: NodeDescriptor,
  node: EpochNode,
): Uint8Array | undefined {
  const isSame = equalBytes(ed25519, node.ed25519) && hybrid.length > 0
  return isSame && equalBytes(hashHybridKey(hybrid), node.hybridHash) ? hybrid : undefined
}
