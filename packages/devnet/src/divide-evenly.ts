/**
 * The first division of a local network into swarms: as even as can be, so that a developer sees two swarms with ten nodes
 * where a network that grew would still have one (spec 02 §6). Authorities go on from there by their own rules.
 *
 * @module
 */

import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'

/** Spec 02 §6.1. */
const SWARM_SIZE_MIN = 5
const SWARM_SIZE_WANTED = 6
/** Spec 02 §2.2. Ids are points on a ring of this length; `INVALID_SWARM_ID` is not among them. */
const RING_LENGTH: bigint = INVALID_SWARM_ID

/** The swarm of each of `count` nodes. Neighbours in the order go to different swarms. */
export function divideEvenly(count: number): readonly bigint[] {
  const wanted = Math.round(count / SWARM_SIZE_WANTED)
  const ids = createSwarmIds(Math.max(1, Math.min(wanted, Math.floor(count / SWARM_SIZE_MIN))))
  return Array.from({ length: count }, (_, index) => ids[index % ids.length] ?? 0n)
}

/** The first id is 0; each further one halves the widest gap. */
function createSwarmIds(count: number): readonly bigint[] {
  const ids = [0n]
  while (ids.length < count) {
    ids.push(findWidestGapMiddle(ids))
    ids.sort((a, b) => (a < b ? -1 : 1))
  }
  return ids
}

function findWidestGapMiddle(ids: readonly bigint[]): bigint {
  let widest = { start: 0n, width: 0n }
  for (const [index, start] of ids.entries()) {
    const next = ids[index + 1] ?? RING_LENGTH + (ids[0] ?? 0n)
    if (next - start > widest.width) widest = { start, width: next - start }
  }
  return (widest.start + widest.width / 2n) % RING_LENGTH
}
