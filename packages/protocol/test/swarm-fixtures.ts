/**
 * Nodes, seeds and swarms of given sizes for tests of the assignment, and what they ask of its results.
 *
 * @module
 */
import { sha256 } from '@sotto/crypto/hash'
import type { SwarmAssignment } from '../src/swarm/index.ts'

/** The key of a node, which nobody has the secret of. */
export function keyOf(index: number): string {
  return index.toString(16).padStart(8, '0').repeat(8)
}

export function keysOf(count: number, first = 0): readonly string[] {
  return Array.from({ length: count }, (_, index) => keyOf(first + index))
}

export function seedOf(number: number): Uint8Array {
  return sha256(Uint8Array.of(number >>> 24, number >>> 16, number >>> 8, number))
}

/** Swarms of these sizes, by id; their nodes are numbered from `first`. */
export function createAssignment(
  sizes: ReadonlyMap<bigint, number>,
  first = 0,
): Map<string, bigint> {
  const ids = [...sizes].flatMap(([id, size]) => Array.from({ length: size }, () => id))
  return new Map(ids.map((id, index) => [keyOf(first + index), id]))
}

/** Swarms of these sizes, with ids 0, 1000, 2000 … */
export function createSwarms(...sizes: readonly number[]): Map<string, bigint> {
  return createAssignment(new Map(sizes.map((size, index) => [BigInt(index * 1000), size])))
}

export function membersOf(assignment: SwarmAssignment, id: bigint): readonly string[] {
  return [...assignment].filter(([, swarm]) => swarm === id).map(([key]) => key)
}

export function idsOf(assignment: SwarmAssignment): readonly bigint[] {
  return [...new Set(assignment.values())].toSorted((a, b) => (a < b ? -1 : Number(a > b)))
}

/** Ascending by id. */
export function sizesOf(assignment: SwarmAssignment): readonly number[] {
  const swarms = Map.groupBy(assignment.values(), (id) => id)
  return idsOf(assignment).map((id) => swarms.get(id)?.length ?? 0)
}

/** Nodes that had a swarm before and have another now. */
export function listMoved(before: SwarmAssignment, after: SwarmAssignment): readonly string[] {
  return [...after].flatMap(([key, id]) => {
    const previous = before.get(key)
    return previous === undefined || previous === id ? [] : [key]
  })
}
