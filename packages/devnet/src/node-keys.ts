/**
 * The public keys of a node whose seed we know, as the directory will list them.
 *
 * The derivation is the node's own, so that the list and the node cannot disagree.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { deriveNodeIdentity } from '@sotto/node/identity'
import { hashHybridKey, type NodeRecord } from '@sotto/protocol/directory'

type RecordKeys = Pick<NodeRecord, 'ed25519' | 'x25519' | 'legacy'>

export interface NodePublicKeys extends RecordKeys {
  /** Of the key that the node's descriptor has whole. */
  readonly hybridHash: Uint8Array
  /** Of the role `files`, if the node has it. */
  readonly files: Uint8Array
  /** Of the role `preview`, if the node has it. */
  readonly preview: Uint8Array
}

/** Derives what a node with this seed will be known by. */
export function deriveNodePublicKeys(seed: Uint8Array): NodePublicKeys {
  const { signing, agreement, legacy, hybrid, files, preview } = deriveNodeIdentity(seed)
  return {
    ed25519: signing.publicKey,
    x25519: agreement.publicKey,
    legacy: legacy.publicKey,
    hybridHash: hashHybridKey(hybrid.publicKey),
    files: files.publicKey,
    preview: preview.publicKey,
  }
}

/** The same keys as text. */
export function formatPublicKeys(keys: RecordKeys): Record<keyof RecordKeys, string> {
  return {
    ed25519: encodeHex(keys.ed25519),
    x25519: encodeHex(keys.x25519),
    legacy: encodeHex(keys.legacy),
  }
}
