/**
 * The first division of nodes into swarms (spec 07 §5), for a network that is written down at once. Moving nodes
 * between swarms of a running network is for the directory's authorities.
 *
 * @module
 */

import { INVALID_SWARM_ID } from '../swarm/index.ts'

/** Spec 07 §5. A smaller swarm loses messages too easily. */
const SWARM_SIZE_MIN = 5
/** Spec 07 §5. */
const SWARM_SIZE_WANTED = 6
/** Spec 07 §5. Ids are points on a ring of this length; `INVALID_SWARM_ID` is not among them. */
const RING_LENGTH: bigint = INVALID_SWARM_ID

export interface SwarmAssignmentOptions {
  /** Wanted members of a swarm; never fewer than five unless there are fewer nodes. */
  readonly size?: number
}

/** The swarm of each of `count` nodes. Neighbours in the order go to different swarms. */
export function assignSwarms(
  count: number,
  { size = SWARM_SIZE_WANTED }: SwarmAssignmentOptions = {},
): readonly bigint[] {
  const wanted = Math.round(count / Math.max(size, SWARM_SIZE_MIN))
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
