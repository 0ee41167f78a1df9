/**
 * Which swarms kept the accounts that a swarm keeps now (spec 02 §2.3): those whose part of the ring, under the ids of
 * before, meets the swarm's part under the ids of now.
 *
 * @module
 */

import { findSwarm } from './swarm-mapping.ts'

const RING_BITS = 64

/** Both lists ascending; `id` is among `ids`. Ascending, without repetition. */
export function listFormerOwners(
  formerIds: readonly bigint[],
  ids: readonly bigint[],
  id: bigint,
): readonly bigint[] {
  if (ids.length < 2) return formerIds
  const { first, last } = findPart(ids, id)
  const width = ringDistance(first, last)
  const inside = formerIds.filter((former) => ringDistance(first, former) <= width)
  // A part that meets ours holds one of its ends, or lies within it and so does its id.
  const owners = [first, last, ...inside].flatMap((point) => findSwarm(formerIds, point) ?? [])
  return [...new Set(owners)].toSorted((a, b) => (a < b ? -1 : Number(a > b)))
}

/** The points nearest to `id`; in the middle between two ids the lower one has the point. */
function findPart(
  ids: readonly bigint[],
  id: bigint,
): { readonly first: bigint; readonly last: bigint } {
  const index = ids.indexOf(id)
  const left = ids.at(index - 1) ?? id
  const right = ids[(index + 1) % ids.length] ?? id
  return {
    first: BigInt.asUintN(RING_BITS, left + ringDistance(left, id) / 2n + 1n),
    last: BigInt.asUintN(RING_BITS, id + ringDistance(id, right) / 2n),
  }
}

function ringDistance(from: bigint, to: bigint): bigint {
  return BigInt.asUintN(RING_BITS, to - from)
}
