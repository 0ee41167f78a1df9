/**
 * A network whose nodes come and go, without a clock: in each epoch some leave, others join, and swarms are assigned
 * anew (spec 02 §6). All data are one unit that lies evenly on the ring; what a node then needs and did not
 * have before counts as moved, and is taken to have arrived before the next epoch.
 *
 * @module
 */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { type SwarmAssignment, assignSwarms } from '@sotto/protocol/swarm'
import { type Arc, listArcs, measureOverlap } from './ring-arcs.ts'

export interface ChurnOptions {
  /** About so many nodes there are at the beginning and at the end; in between it goes evenly. */
  readonly nodesFirst: number
  readonly nodesLast: number
  readonly epochs: number
  /** The share of nodes that leave and are replaced in an epoch lies between these. */
  readonly rateMin: number
  readonly rateMax: number
}

export interface ChurnResult {
  /** Nodes that joined or left, each one. */
  changes: number
  /** Nodes that stayed in the network and changed their swarm. */
  moved: number
  /** Data that nodes needed and did not have, added up. */
  received: number
  /** What newcomers alone must receive: a swarm's data each. */
  receivedMin: number
  /** Added up over the epochs. */
  swarms: number
  smallest: number
  largest: number
  /** Old members of a swarm that were still there after an epoch, where they were fewest. */
  survivorsMin: number
  /** Parts of the ring whose swarm lost all members in one epoch, added up. */
  lost: number
}

interface Network {
  readonly assignment: SwarmAssignment
  readonly members: ReadonlyMap<bigint, readonly string[]>
  readonly arcs: ReadonlyMap<bigint, Arc>
}

interface Turnover {
  readonly staying: readonly string[]
  readonly joining: readonly string[]
}

const NOWHERE: Arc = { start: 0, length: 0 }

/** The same name gives the same numbers from 0 up to 1. */
function createDice(name: string): () => number {
  let words = new Uint32Array()
  let used = 0
  let block = 0
  return () => {
    if (used === words.length) {
      words = new Uint32Array(
        blake2b(encodeUtf8(`${name} ${block}`), { length: 64 }).slice().buffer,
      )
      used = 0
      block += 1
    }
    used += 1
    return (words[used - 1] ?? 0) / 2 ** 32
  }
}

function describeNetwork(assignment: SwarmAssignment): Network {
  const groups = Map.groupBy(assignment, ([, id]) => id)
  const members = new Map([...groups].map(([id, pairs]) => [id, pairs.map(([key]) => key)]))
  const ids = [...members.keys()].toSorted((a, b) => (a < b ? -1 : 1))
  return { assignment, members, arcs: listArcs(ids) }
}

function hash(text: string): Uint8Array {
  return blake2b(encodeUtf8(text), { length: 32 })
}

/** Who leaves and who joins in each epoch, the same for the same options. */
class Population {
  readonly #options: ChurnOptions
  readonly #dice: () => number
  #born = 0

  constructor(options: ChurnOptions) {
    this.#options = options
    this.#dice = createDice(`churn of ${options.nodesFirst} to ${options.nodesLast}`)
  }

  bear(count: number): readonly string[] {
    return Array.from({ length: count }, () => encodeHex(hash(`node ${this.#born++}`)))
  }

  change(nodes: readonly string[], epoch: number): Turnover {
    const { rateMin, rateMax } = this.#options
    const rate = rateMin + (rateMax - rateMin) * this.#dice()
    const wanted = this.#want(epoch)
    const growth = wanted - this.#want(epoch - 1)
    const leaveRate = rate + Math.max(0, -growth) / nodes.length
    const staying = nodes.filter(() => this.#dice() >= leaveRate)
    const replaced = Array.from({ length: wanted }, this.#dice).filter((number) => number < rate)
    return { staying, joining: this.bear(replaced.length + Math.max(0, growth)) }
  }

  #want(epoch: number): number {
    const { nodesFirst, nodesLast, epochs } = this.#options
    return Math.round(nodesFirst + ((nodesLast - nodesFirst) * epoch) / epochs)
  }
}

export function simulateChurn(options: ChurnOptions): ChurnResult {
  const population = new Population(options)
  const first = population.bear(options.nodesFirst)
  let network = describeNetwork(assignSwarms(new Map(), first, hash('epoch 0')))
  const result = createResult()
  for (let epoch = 1; epoch <= options.epochs; epoch += 1) {
    const nodes = [...network.assignment.keys()]
    const { staying, joining } = population.change(nodes, epoch)
    const active = [...staying, ...joining]
    const next = describeNetwork(assignSwarms(network.assignment, active, hash(`epoch ${epoch}`)))
    result.changes += nodes.length - staying.length + joining.length
    result.receivedMin += joining.length / next.members.size
    addMoves(result, network, next)
    addSwarms(result, network, next)
    network = next
  }
  return result
}

function createResult(): ChurnResult {
  return {
    changes: 0,
    moved: 0,
    received: 0,
    receivedMin: 0,
    swarms: 0,
    smallest: Infinity,
    largest: 0,
    survivorsMin: Infinity,
    lost: 0,
  }
}

function addMoves(result: ChurnResult, before: Network, after: Network): void {
  for (const [key, id] of after.assignment) {
    const previous = before.assignment.get(key)
    if (previous !== undefined && previous !== id) result.moved += 1
    const had = previous === undefined ? NOWHERE : (before.arcs.get(previous) ?? NOWHERE)
    const needs = after.arcs.get(id) ?? NOWHERE
    result.received += needs.length - measureOverlap(had, needs)
  }
}

function addSwarms(result: ChurnResult, before: Network, after: Network): void {
  const sizes = [...after.members.values()].map((members) => members.length)
  result.swarms += sizes.length
  result.smallest = Math.min(result.smallest, ...sizes)
  result.largest = Math.max(result.largest, ...sizes)
  for (const [id, members] of before.members) {
    const survivors = members.filter((key) => after.assignment.has(key)).length
    result.survivorsMin = Math.min(result.survivorsMin, survivors)
    if (survivors === 0) result.lost += before.arcs.get(id)?.length ?? 0
  }
}
