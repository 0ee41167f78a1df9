/**
 * What was ordered to be wrong with a whole network, and what of it concerns each node.
 *
 * Orders change this; the nodes are told afterwards, each its own part (`node-conditions.ts`).
 *
 * @module
 */

import { CALM, type NodeConditions } from './node-conditions.ts'
import { REAL_TIME, type Timeline, readTimeline, turnTimeline } from './timeline.ts'

/** What is wrong with one node by itself. */
export type NodeTrouble = Pick<
  NodeConditions,
  'lagMs' | 'jitterMs' | 'dropPercent' | 'skewMs' | 'isDiskFull' | 'isLying'
>

export type TimeOrder =
  | { readonly mode: 'now' | 'freeze' | 'resume' }
  | { readonly mode: 'step'; readonly ms: number }
  | { readonly mode: 'scale'; readonly factor: number }

const SOUND_LINKS = { lagMs: 0, jitterMs: 0, dropPercent: 0 } as const

export class NetworkConditions {
  readonly #readMachineMs: () => number
  readonly #troubles = new Map<string, NodeTrouble>()
  #groups: readonly (readonly string[])[] = []
  #timeline: Timeline = REAL_TIME

  constructor(readMachineMs: () => number) {
    this.#readMachineMs = readMachineMs
  }

  get timeline(): Timeline {
    return this.#timeline
  }

  /** The network's time; that of one node with its skew. */
  now(name?: string): number {
    const timeMs = Math.floor(readTimeline(this.#timeline, this.#readMachineMs()))
    return timeMs + (name === undefined ? 0 : this.#troubleOf(name).skewMs)
  }

  /** Takes the place of the partition before. */
  separate(groups: readonly (readonly string[])[]): void {
    this.#groups = groups
  }

  /** The connections between nodes are as they should be. */
  heal(): void {
    this.#groups = []
    for (const [name, trouble] of this.#troubles) {
      this.#troubles.set(name, { ...trouble, ...SOUND_LINKS })
    }
  }

  trouble(names: readonly string[], change: Partial<NodeTrouble>): void {
    for (const name of names) this.#troubles.set(name, { ...this.#troubleOf(name), ...change })
  }

  turnTime(order: TimeOrder): void {
    const machineMs = this.#readMachineMs()
    const turn = (change: { rate?: number; stepMs?: number }): Timeline =>
      turnTimeline(this.#timeline, machineMs, change)
    switch (order.mode) {
      case 'now':
        this.#timeline = REAL_TIME
        break
      case 'freeze':
        this.#timeline = turn({ rate: 0 })
        break
      case 'resume':
        this.#timeline = turn({ rate: 1 })
        break
      case 'step':
        this.#timeline = turn({ stepMs: order.ms })
        break
      case 'scale':
        this.#timeline = turn({ rate: order.factor })
        break
    }
  }

  forget(name: string): void {
    this.#troubles.delete(name)
  }

  /** The part of a node, with the keys of those it cannot reach. */
  of(name: string, keyOf: (name: string) => string | undefined): NodeConditions {
    const unreachable = this.#listUnreachable(name).flatMap((other) => keyOf(other) ?? [])
    return { ...this.#troubleOf(name), unreachable, timeline: this.#timeline }
  }

  /** The same in words. */
  describe(name: string): readonly string[] {
    const { lagMs, jitterMs, dropPercent, skewMs, isDiskFull, isLying } = this.#troubleOf(name)
    const others = this.#listUnreachable(name).length
    const lag = `lag ${lagMs} ms${jitterMs > 0 ? ` ± ${jitterMs}` : ''}`
    return [
      ...(others > 0 ? [`cut off from ${others}`] : []),
      ...(lagMs > 0 || jitterMs > 0 ? [lag] : []),
      ...(dropPercent > 0 ? [`drops ${dropPercent} %`] : []),
      ...(skewMs === 0 ? [] : [`clock ${skewMs > 0 ? '+' : '−'}${Math.abs(skewMs)} ms`]),
      ...(isDiskFull ? ['disk full'] : []),
      ...(isLying ? ['lies'] : []),
    ]
  }

  #troubleOf(name: string): NodeTrouble {
    return this.#troubles.get(name) ?? CALM
  }

  #listUnreachable(name: string): readonly string[] {
    const own = this.#groups.filter((group) => group.includes(name)).flat()
    if (own.length === 0) return []
    return this.#groups.flat().filter((other) => !own.includes(other))
  }
}
