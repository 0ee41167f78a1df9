/**
 * The swarms while nodes are assigned to them (spec 02 §6), with a count of each size, so that no step looks at all
 * swarms to know how large they are. Which node goes where is decided in `assign-swarms.ts`.
 *
 * @module
 */

/** Spec 02 §6.1. A smaller swarm loses messages too easily. */
export const SWARM_SIZE_MIN = 5
/** Spec 02 §6.1. A larger one keeps more copies than help. */
export const SWARM_SIZE_MAX = 10

export interface GrowingSwarm {
  readonly id: bigint
  /** Ascending at first; who comes later stands at the end. Changed by the table alone, which counts. */
  readonly members: string[]
}

export class SwarmTable {
  /** Ascending by id. */
  readonly swarms: GrowingSwarm[] = []
  /** How many swarms there are of each size. */
  readonly #counts: number[] = []

  get smallest(): number {
    return Math.max(
      0,
      this.#counts.findIndex((count) => count > 0),
    )
  }

  get largest(): number {
    return Math.max(
      0,
      this.#counts.findLastIndex((count) => count > 0),
    )
  }

  /** Members that swarms can spare, in all. */
  get excess(): number {
    return this.#sumOverSizes((size) => Math.max(0, size - SWARM_SIZE_MIN))
  }

  /** Members that swarms lack, in all. */
  get deficit(): number {
    return this.#sumOverSizes((size) => Math.max(0, SWARM_SIZE_MIN - size))
  }

  /** The size at this place, from 0, when all sizes stand in ascending order. */
  sizeAt(place: number): number {
    let placesBefore = 0
    return this.#counts.findIndex((count) => {
      placesBefore += count
      return placesBefore > place
    })
  }

  listSized(min: number, max: number): readonly GrowingSwarm[] {
    return this.swarms.filter(({ members }) => members.length >= min && members.length <= max)
  }

  open(id: bigint, members: readonly string[]): void {
    const next = this.swarms.findIndex((swarm) => swarm.id > id)
    const place = next === -1 ? this.swarms.length : next
    this.swarms.splice(place, 0, { id, members: [...members] })
    this.#count(members.length, 1)
  }

  /** Takes the swarm away and leaves its members without any. */
  close(swarm: GrowingSwarm): void {
    this.swarms.splice(this.swarms.indexOf(swarm), 1)
    this.#count(swarm.members.length, -1)
  }

  append({ members }: GrowingSwarm, node: string): void {
    this.#count(members.length, -1)
    members.push(node)
    this.#count(members.length, 1)
  }

  /** Those who stay keep their order. Throws where there is no member. */
  take({ members }: GrowingSwarm, index: number): string {
    const node = members[index]
    if (node === undefined) throw new RangeError('no such member')
    this.#count(members.length, -1)
    members.splice(index, 1)
    this.#count(members.length, 1)
    return node
  }

  #count(size: number, difference: number): void {
    // Without holes, so that a search reads numbers only.
    while (this.#counts.length <= size) this.#counts.push(0)
    this.#counts[size] = (this.#counts[size] ?? 0) + difference
  }

  #sumOverSizes(weigh: (size: number) => number): number {
    return this.#counts.reduce((sum, count, size) => sum + count * weigh(size), 0)
  }
}
