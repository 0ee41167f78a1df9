/**
 * Which part of all data each swarm keeps when data lie evenly on the ring (spec 02 §2.3). The ring has length 1 here:
 * the rounding of doubles does not matter for a share.
 *
 * @module
 */

export interface Arc {
  /** From 0 up to 1. */
  readonly start: number
  readonly length: number
}

const RING_POINTS = 2 ** 64

/** A swarm keeps what lies between the middles to its neighbours. `ids` ascend. */
export function listArcs(ids: readonly bigint[]): ReadonlyMap<bigint, Arc> {
  const places = ids.map((id) => Number(id) / RING_POINTS)
  const first = places[0] ?? 0
  const last = places.at(-1) ?? 0
  const arcs = ids.map((id, index): [bigint, Arc] => {
    const place = places[index] ?? 0
    const start = (place + (places[index - 1] ?? last - 1)) / 2
    const end = (place + (places[index + 1] ?? first + 1)) / 2
    return [id, { start: (start + 1) % 1, length: end - start }]
  })
  return new Map(arcs)
}

/** How much of the ring both have. */
export function measureOverlap(a: Arc, b: Arc): number {
  const shared = [-1, 0, 1].map((turn) => {
    const start = Math.max(a.start, b.start + turn)
    const end = Math.min(a.start + a.length, b.start + turn + b.length)
    return Math.max(0, end - start)
  })
  return shared.reduce((sum, length) => sum + length, 0)
}
