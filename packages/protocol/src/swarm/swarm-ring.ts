/**
 * Where a new swarm comes to lie on the ring (spec 02 §6.2): where it relieves its neighbours most.
 *
 * @module
 */

import { INVALID_SWARM_ID } from './swarm-mapping.ts'

/** Spec 02 §6.2. The ring of ids closes before `INVALID_SWARM_ID`, which therefore is never a middle. */
const RING_LENGTH: bigint = INVALID_SWARM_ID

/** The middle of the widest gap between neighbours, of equal ones the lowest. `ids` ascend; without any it is 0. */
export function findWidestGapMiddle(ids: readonly bigint[]): bigint {
  const [first] = ids
  if (first === undefined) return 0n
  let widest = { start: 0n, width: 0n }
  for (const [index, start] of ids.entries()) {
    const width = (ids[index + 1] ?? first + RING_LENGTH) - start
    if (width > widest.width) widest = { start, width }
  }
  return (widest.start + widest.width / 2n) % RING_LENGTH
}
