/**
 * What no two nodes of an epoch may share (spec 07 §8.3): as in lists (`find-duplicate.ts`), but a node that is gone
 * does not keep its address from the next one.
 *
 * @module
 */

import { compareBytes } from './compare-bytes.ts'
import type { EpochNode } from './epoch-content.ts'
import type { Duplicate } from './find-duplicate.ts'

const STATES_WITHOUT_ADDRESS: ReadonlySet<string> = new Set(['decommissioned', 'left'])

/** Name keys are ascending, so that of them none can occur twice. */
export function findEpochDuplicate(nodes: readonly EpochNode[]): Duplicate | undefined {
  return (
    findRepeatedKey(nodes, 'x25519') ??
    findRepeatedKey(nodes, 'legacy') ??
    findRepeatedAddress(nodes)
  )
}

/** Sorting looks at a byte or two of each key, where a set would need thousands of texts. */
function findRepeatedKey(
  nodes: readonly EpochNode[],
  what: 'x25519' | 'legacy',
): Duplicate | undefined {
  const keys = nodes.map((node) => node[what])
  const sorted: readonly Uint8Array[] = keys.toSorted(compareBytes)
  const repeated = sorted.find((key, at) => {
    const next = sorted[at + 1]
    return next !== undefined && compareBytes(key, next) === 0
  })
  if (repeated === undefined) return undefined
  return { index: keys.findLastIndex((key) => compareBytes(key, repeated) === 0), what }
}

function findRepeatedAddress(nodes: readonly EpochNode[]): Duplicate | undefined {
  const seen = new Set<number>()
  for (const [index, { host, ports, state }] of nodes.entries()) {
    if (STATES_WITHOUT_ADDRESS.has(state)) continue
    const base = readHostNumber(host)
    const size = seen.size
    seen
      .add(base + ports.https)
      .add(base + ports.web)
      .add(base + ports.peer)
    if (seen.size < size + 3) return { index, what: 'address' }
  }
  return undefined
}

/** Numbers, because texts of six thousand addresses cost more than their comparison. Exact: 48 bits. */
function readHostNumber(host: string): number {
  return host.split('.').reduce((sum, octet) => sum * 2 ** 8 + Number(octet), 0) * 2 ** 16
}
