/**
 * The directory of an epoch (spec 07 §11): what the authorities agreed on, and over it what nodes said of themselves
 * since. Whether the document is the network's and in force is `epoch-tracker.ts`.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import { DIRECTORY_VERSION } from '../version.ts'
import { compareBytes } from './compare-bytes.ts'
import type { SignedDescriptor } from './descriptor-codec.ts'
import { type Directory, indexDirectory } from './directory.ts'
import type { EpochDocument, EpochNode } from './epoch-content.ts'
import type { NodeRecord } from './node-record.ts'

/**
 * The records are `EpochNode`s (`isEpochNode`). Descriptors of nodes that the epoch does not have, and older ones than
 * the epoch was made from, change nothing.
 */
export function createDirectoryFromEpoch(
  { content, hash }: EpochDocument,
  overlays: readonly SignedDescriptor[],
): Directory {
  const latest = findLatest(overlays)
  const nodes = content.nodes
    .filter(({ state }) => state !== 'left')
    .map((node) => applyOverlay(node, latest.get(encodeHex(node.ed25519))))
  const { epoch, startsAt } = content
  return indexDirectory(
    { version: DIRECTORY_VERSION, height: epoch, issuedAt: startsAt, nodes },
    hash,
  )
}

/** Records of other directories have no state. */
export function isEpochNode(node: NodeRecord): node is EpochNode {
  return 'state' in node
}

function findLatest(overlays: readonly SignedDescriptor[]): ReadonlyMap<string, SignedDescriptor> {
  const latest = new Map<string, SignedDescriptor>()
  for (const overlay of overlays) {
    const key = encodeHex(overlay.descriptor.ed25519)
    const other = latest.get(key)
    if (other === undefined || isLater(overlay, other)) latest.set(key, overlay)
  }
  return latest
}

/** Of two from one moment the lower hash holds, so that all who have both agree. */
function isLater(a: SignedDescriptor, b: SignedDescriptor): boolean {
  const difference = a.descriptor.issuedAt - b.descriptor.issuedAt
  return difference > 0 || (difference === 0 && compareBytes(a.hash, b.hash) < 0)
}

/**
 * Keys, state and swarm stay those that were agreed on: a node that could change them by its own word would choose the
 * accounts that it keeps.
 */
function applyOverlay(node: EpochNode, overlay: SignedDescriptor | undefined): EpochNode {
  if (overlay === undefined || overlay.descriptor.issuedAt <= node.describedAt) return node
  const { host, ports, roles, software, issuedAt } = overlay.descriptor
  return { ...node, host, ports, roles, software, describedAt: issuedAt }
}
