/**
 * The public keys of a node whose seed we know, as the directory will list them.
 *
 * The derivation is the node's own, so that the list and the node cannot disagree.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { deriveNodeIdentity } from '@sotto/node/identity'
import type { NodeRecord } from '@sotto/protocol/directory'

export type NodePublicKeys = Pick<NodeRecord, 'ed25519' | 'x25519' | 'legacy'>

/** Derives what a node with this seed will be known by. */
export function deriveNodePublicKeys(seed: Uint8Array): NodePublicKeys {
  const { signing, agreement, legacy } = deriveNodeIdentity(seed)
  return { ed25519: signing.publicKey, x25519: agreement.publicKey, legacy: legacy.publicKey }
}

/** The same keys as text. */
export function formatPublicKeys(keys: NodePublicKeys): Record<keyof NodePublicKeys, string> {
  return {
    ed25519: encodeHex(keys.ed25519),
    x25519: encodeHex(keys.x25519),
    legacy: encodeHex(keys.legacy),
  }
}
