/**
 * What no two nodes of a directory may share (spec 07 §3.4). Two records with one key would let whoever wrote the
 * second take the first one's place in look-ups.
 *
 * @module
 */

import { encodeHex } from '@sotto/crypto/bytes'
import type { NodeRecord } from './node-record.ts'

export interface Duplicate {
  /** Index of the later of the two. */
  readonly index: number
  readonly what: 'ed25519' | 'x25519' | 'legacy' | 'address'
}

export type UniqueFields = Pick<NodeRecord, 'ed25519' | 'x25519' | 'legacy' | 'host' | 'ports'>

/** Kinds of keys are apart: one node may well use one key as its name and as its legacy name. */
export function findDuplicate(nodes: readonly NodeRecord[]): Duplicate | undefined {
  const seen = new Set<string>()
  for (const [index, node] of nodes.entries()) {
    for (const [what, value] of listUniqueValues(node)) {
      const entry = `${what} ${value}`
      if (seen.has(entry)) return { index, what }
      seen.add(entry)
    }
  }
  return undefined
}

/** Everything that a record claims for itself alone. */
export function listUniqueValues({
  ed25519,
  x25519,
  legacy,
  host,
  ports,
}: UniqueFields): readonly (readonly [Duplicate['what'], string])[] {
  return [
    ['ed25519', encodeHex(ed25519)],
    ['x25519', encodeHex(x25519)],
    ['legacy', encodeHex(legacy)],
    ['address', `${host}:${ports.https}`],
    ['address', `${host}:${ports.web}`],
    ['address', `${host}:${ports.peer}`],
  ]
}
