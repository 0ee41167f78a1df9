/**
 * The one byte string that stands for the content of a directory list (spec 07 §3.3): what authorities sign, and what
 * the list's hash names. Its text form may be laid out in any way.
 *
 * @module
 */

import { type BtInput, encodeBt } from '../bt/index.ts'
import type { NodeRecord } from './node-record.ts'

/** Spec 07 §3.3. A signature made for another purpose must never pass for one over a list. */
const CONTEXT = 'sotto-directory-list'

export interface CanonicalContent {
  readonly version: number
  readonly height: number
  /** Milliseconds since 1970. */
  readonly issuedAt: number
  readonly nodes: readonly NodeRecord[]
}

export function encodeCanonicalList(content: CanonicalContent): Uint8Array {
  return encodeBt(
    new Map<string, BtInput>([
      ['context', CONTEXT],
      ['height', content.height],
      ['issued_at', content.issuedAt],
      ['nodes', content.nodes.map(toBt)],
      ['version', content.version],
    ]),
  )
}

function toBt(node: NodeRecord): BtInput {
  const { ports } = node
  const dict = new Map<string, BtInput>([
    ['ed25519', node.ed25519],
    ['host', node.host],
    ['legacy', node.legacy],
    ['ports', [ports.https, ports.web, ports.peer]],
    ['roles', node.roles],
    ['swarm', node.swarm],
    ['x25519', node.x25519],
  ])
  if (node.name !== undefined) dict.set('name', node.name)
  return dict
}
