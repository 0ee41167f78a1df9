/**
 * Which swarm each node belongs to after nodes came and went (spec 02 §6): a pure function of the assignment before,
 * the nodes that now keep messages and a seed, so that all authorities compute the same and anybody can check them.
 * Which nodes keep messages, and where the seed comes from, is the directory's part.
 *
 * @module
 */

import { SeededDraw } from './seeded-draw.ts'
import { INVALID_SWARM_ID } from './swarm-mapping.ts'
import { findWidestGapMiddle } from './swarm-ring.ts'
import { SWARM_SIZE_MAX, SWARM_SIZE_MIN, SwarmTable } from './swarm-table.ts'

/** Spec 02 §6.1. */
const SWARM_SIZE_NEW = 7
/** Spec 02 §6.1. Members that each swarm can spare when a new one is made. */
const SPARE_PER_SWARM = 2
/** Spec 02 §6.1. The first swarm's place on the ring. */
const FIRST_SWARM_ID = 0n

/** Swarm id by the node's Ed25519 key in lower-case hex. */
export type SwarmAssignment = ReadonlyMap<string, bigint>

interface Assigning {
  readonly table: SwarmTable
  readonly draw: SeededDraw
}

/**
 * `previous` may name nodes that are gone; `active` is every node that now keeps messages. The result is the same for
 * any order of `active` and of `previous`, and ascends by key. Throws for a seed that does not have 32 bytes and for a
 * previous id that is none.
 */
export function assignSwarms(
  previous: SwarmAssignment,
  active: readonly string[],
  seed: Uint8Array,
): SwarmAssignment {
  // Lower-case hex sorts by code units as its bytes do.
  const nodes = [...new Set(active)].toSorted()
  const assigning = { table: new SwarmTable(), draw: new SeededDraw(seed) }
  const newcomers = seatMembers(assigning.table, previous, nodes)
  if (nodes.length > 0 && assigning.table.swarms.length === 0) {
    assigning.table.open(FIRST_SWARM_ID, [])
  }
  for (const node of assigning.draw.shuffle(newcomers)) {
    admit(assigning, node)
    splitWhileDue(assigning)
  }
  settleStarving(assigning)
  splitWhileDue(assigning)
  return listAssignment(assigning.table, nodes)
}

/** Everybody who has a swarm stays there. Returns those who have none, ascending. */
function seatMembers(
  table: SwarmTable,
  previous: SwarmAssignment,
  nodes: readonly string[],
): readonly string[] {
  const membersById = Map.groupBy(nodes, (node) => previous.get(node) ?? INVALID_SWARM_ID)
  for (const [id, members] of membersById) {
    if (id < 0n || id > INVALID_SWARM_ID) throw new RangeError('not a swarm id')
    if (id !== INVALID_SWARM_ID) table.open(id, members)
  }
  return membersById.get(INVALID_SWARM_ID) ?? []
}

/** A newcomer cannot know which of the smaller swarms it will get. */
function admit({ table, draw }: Assigning, node: string): void {
  const lowerQuartile = table.sizeAt(Math.floor((table.swarms.length - 1) / 4))
  const isAnyOpen = table.smallest < SWARM_SIZE_MAX
  const sizeMax = isAnyOpen ? Math.min(lowerQuartile, SWARM_SIZE_MAX - 1) : lowerQuartile
  table.append(draw.choose(table.listSized(0, sizeMax)), node)
}

function splitWhileDue(assigning: Assigning): void {
  while (isSplitDue(assigning.table)) split(assigning)
}

function isSplitDue(table: SwarmTable): boolean {
  if (table.smallest < SWARM_SIZE_MIN) return false
  const spared = SWARM_SIZE_NEW + SPARE_PER_SWARM * table.swarms.length
  return table.excess >= spared || table.largest > SWARM_SIZE_MAX
}

/**
 * Members are drawn at random even when newcomers could be had that hold no messages yet: else whoever makes many
 * nodes join at once would get a swarm of its own.
 */
function split({ table, draw }: Assigning): void {
  const members: string[] = []
  while (isDrawWorthwhile(table.largest, members.length)) {
    const source = draw.choose(table.listSized(table.largest, table.largest))
    members.push(table.take(source, draw.below(source.members.length)))
  }
  table.open(findWidestGapMiddle(table.swarms.map(({ id }) => id)), members)
}

/** A new swarm that is viable takes more only from swarms that stay at least as large. */
function isDrawWorthwhile(largest: number, drawn: number): boolean {
  if (drawn >= SWARM_SIZE_NEW || largest <= SWARM_SIZE_MIN) return false
  return drawn < SWARM_SIZE_MIN || largest > drawn + 1
}

function settleStarving(assigning: Assigning): void {
  const { table } = assigning
  while (table.swarms.length > 1 && table.smallest < SWARM_SIZE_MIN) {
    if (table.deficit <= table.excess) rescueSmallest(assigning)
    else dissolveSmallest(assigning)
  }
}

/** One of the smallest swarms gets one member of a large one. */
function rescueSmallest({ table, draw }: Assigning): void {
  const upperQuartile = table.sizeAt(Math.ceil((3 * (table.swarms.length - 1)) / 4))
  const receiver = draw.choose(table.listSized(table.smallest, table.smallest))
  const sizeMin = Math.max(upperQuartile, SWARM_SIZE_MIN + 1)
  const donor = draw.choose(table.listSized(sizeMin, table.largest))
  table.append(receiver, table.take(donor, draw.below(donor.members.length)))
}

/** The members of one of the smallest swarms are dealt to those that then are the smallest. */
function dissolveSmallest({ table, draw }: Assigning): void {
  const dissolved = draw.choose(table.listSized(table.smallest, table.smallest))
  table.close(dissolved)
  for (const node of draw.shuffle(dissolved.members)) {
    table.append(draw.choose(table.listSized(table.smallest, table.smallest)), node)
  }
}

function listAssignment(table: SwarmTable, nodes: readonly string[]): SwarmAssignment {
  const swarmOf = new Map(
    table.swarms.flatMap(({ id, members }) => members.map((node) => [node, id] as const)),
  )
  return new Map(nodes.map((node) => [node, swarmOf.get(node) ?? INVALID_SWARM_ID]))
}
