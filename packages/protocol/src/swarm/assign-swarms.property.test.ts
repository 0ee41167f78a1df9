/** What holds of every assignment, whatever came before it. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createAssignment,
  idsOf,
  keyOf,
  keysOf,
  listMoved,
  membersOf,
  seedOf,
  sizesOf,
} from '../../test/swarm-fixtures.ts'
import { INVALID_SWARM_ID, type SwarmAssignment, assignSwarms, findSwarm } from './index.ts'

/** Spec 02 §6.5. */
const MOVED_BY_JOIN_MAX = 7
const MOVED_BY_LEAVE_MAX = 4

/** The same cases in every run: a bound that one in a million networks breaks is for a search, not for the gate. */
function runs(numRuns: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns, seed: 2 }
}

const seed = fc.uint8Array({ minLength: 32, maxLength: 32 })
const swarmId = fc.oneof(
  fc.bigInt({ min: 0n, max: INVALID_SWARM_ID }),
  fc.bigInt({ min: INVALID_SWARM_ID - 9n, max: INVALID_SWARM_ID }),
  fc.bigInt({ min: 0n, max: 9n }),
)

interface Change {
  readonly previous: SwarmAssignment
  readonly active: readonly string[]
}

/** Swarms of any size, which no assignment left behind, with some of their nodes gone and others come. */
const arbitraryChange: fc.Arbitrary<Change> = fc
  .record({
    sizes: fc.array(fc.tuple(swarmId, fc.nat(16)), { maxLength: 12 }),
    goneMask: fc.infiniteStream(fc.nat(4)),
    joining: fc.nat(30),
  })
  .map(({ sizes, goneMask, joining }) => {
    const previous = createAssignment(new Map(sizes))
    const staying = [...previous.keys()].filter(() => goneMask.next().value !== 0)
    return { previous, active: [...staying, ...keysOf(joining, 5000)] }
  })

/** A network as assignments left it, after a few rounds of joining and leaving. */
const arbitrarySettled: fc.Arbitrary<SwarmAssignment> = fc
  .record({ count: fc.integer({ min: 1, max: 90 }), numbers: fc.array(fc.nat(), { maxLength: 6 }) })
  .map(({ count, numbers }) => {
    let assignment = assignSwarms(new Map(), keysOf(count), seedOf(count))
    for (const [round, number] of numbers.entries()) {
      const staying = [...assignment.keys()].filter((_, index) => (index * 7 + number) % 5 > 0)
      const active = [...staying, ...keysOf(number % 9, 1000 * (round + 1))]
      assignment = assignSwarms(assignment, active, seedOf(number))
    }
    return assignment
  })
  .filter((assignment) => assignment.size > 0)

function shuffleBy<T>(items: readonly T[], order: readonly number[]): T[] {
  return items
    .map((item, index) => ({ item, rank: order[index % Math.max(1, order.length)] ?? 0 }))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}

function expectValid(assignment: SwarmAssignment, active: readonly string[]): void {
  expect([...assignment.keys()]).toEqual([...new Set(active)].toSorted())
  for (const id of assignment.values()) expect(id >= 0n && id < INVALID_SWARM_ID).toBe(true)
  const sizes = sizesOf(assignment)
  if (active.length < 5) expect(sizes).toEqual(active.length === 0 ? [] : [active.length])
  for (const size of active.length < 5 ? [] : sizes) {
    expect(size).toBeGreaterThanOrEqual(5)
    expect(size).toBeLessThanOrEqual(10)
  }
}

describe('any assignment', () => {
  it('gives each active node and no other one swarm; all have 5 to 10, or there is one only', () => {
    fc.assert(
      fc.property(arbitraryChange, seed, ({ previous, active }, bytes) => {
        expectValid(assignSwarms(previous, active, bytes), active)
      }),
      runs(2000),
    )
  })

  it('is the same for any order of what it is made from', () => {
    const order = fc.array(fc.nat(), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(arbitraryChange, seed, order, ({ previous, active }, bytes, ranks) => {
        const reordered = new Map(shuffleBy([...previous], ranks))
        const again = assignSwarms(reordered, shuffleBy(active, ranks), bytes)
        expect([...again]).toEqual([...assignSwarms(previous, active, bytes)])
      }),
      runs(500),
    )
  })

  it('does not depend on nodes that are gone', () => {
    fc.assert(
      fc.property(arbitraryChange, seed, ({ previous, active }, bytes) => {
        const remembered = new Map([...previous].filter(([key]) => active.includes(key)))
        expect(assignSwarms(remembered, active, bytes)).toEqual(
          assignSwarms(previous, active, bytes),
        )
      }),
      runs(500),
    )
  })

  it('puts every account into exactly one swarm, and that swarm has members', () => {
    const point = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
    fc.assert(
      fc.property(arbitraryChange, seed, point, ({ previous, active }, bytes, space) => {
        const assignment = assignSwarms(previous, active, bytes)
        const found = findSwarm(idsOf(assignment), space)
        expect(found === undefined).toBe(active.length === 0)
        if (found !== undefined) expect(membersOf(assignment, found)).not.toEqual([])
      }),
      runs(1000),
    )
  })

  it('is at rest: without a change the next one moves nobody, whatever its seed', () => {
    fc.assert(
      fc.property(arbitraryChange, seed, seed, ({ previous, active }, bytes, others) => {
        const assignment = assignSwarms(previous, active, bytes)
        expect(assignSwarms(assignment, active, others)).toEqual(assignment)
      }),
      runs(1000),
    )
  })
})

describe('nodes that move although they stayed', () => {
  it(`are at most ${MOVED_BY_JOIN_MAX} when one joins`, () => {
    fc.assert(
      fc.property(arbitrarySettled, seed, (previous, bytes) => {
        const next = assignSwarms(previous, [...previous.keys(), keyOf(99_999)], bytes)
        expect(listMoved(previous, next).length).toBeLessThanOrEqual(MOVED_BY_JOIN_MAX)
      }),
      runs(1000),
    )
  })

  it(`are at most ${MOVED_BY_LEAVE_MAX} when one leaves, and at most one if its swarm lives`, () => {
    fc.assert(
      fc.property(arbitrarySettled, fc.nat(), seed, (previous, number, bytes) => {
        const keys = [...previous.keys()]
        const leaver = keys[number % keys.length]
        const next = assignSwarms(
          previous,
          keys.filter((key) => key !== leaver),
          bytes,
        )
        const isDissolved = idsOf(next).length < idsOf(previous).length
        expect(listMoved(previous, next).length).toBeLessThanOrEqual(
          isDissolved ? MOVED_BY_LEAVE_MAX : 1,
        )
      }),
      runs(1000),
    )
  })

  it('are at most 6 and one for each that joins and five for each that leaves, in any change', () => {
    fc.assert(
      fc.property(
        arbitrarySettled,
        fc.nat(40),
        fc.array(fc.nat(), { maxLength: 30 }),
        seed,
        (previous, joins, numbers, bytes) => {
          const keys = [...previous.keys()]
          const leaving = new Set(numbers.map((number) => keys[number % keys.length]))
          const staying = keys.filter((key) => !leaving.has(key))
          const next = assignSwarms(previous, [...staying, ...keysOf(joins, 50_000)], bytes)
          const bound = 6 + joins + 5 * leaving.size
          expect(listMoved(previous, next).length).toBeLessThanOrEqual(bound)
        },
      ),
      runs(1000),
    )
  })

  it('are few when ten join at once', () => {
    fc.assert(
      fc.property(arbitrarySettled, seed, (previous, bytes) => {
        const active = [...previous.keys(), ...keysOf(10, 50_000)]
        const next = assignSwarms(previous, active, bytes)
        expectValid(next, active)
        expect(listMoved(previous, next).length).toBeLessThanOrEqual(16)
      }),
      runs(1000),
    )
  })
})

describe('hundreds of changes', () => {
  it.each([3, 12, 60, 150])('leave %i nodes and more in order at every step', (start) => {
    const change = fc.record({ joins: fc.nat(8), leaves: fc.nat(8), number: fc.nat() })
    fc.assert(
      fc.property(fc.array(change, { minLength: 300, maxLength: 300 }), (changes) => {
        let assignment = assignSwarms(new Map(), keysOf(start), seedOf(start))
        for (const [step, { joins, leaves, number }] of changes.entries()) {
          const keys = [...assignment.keys()]
          const leaving = new Set(
            keys.filter((_, index) => (index + number) % keys.length < leaves),
          )
          const staying = keys.filter((key) => !leaving.has(key))
          const active = [...staying, ...keysOf(joins, 1000 * (step + 1))]
          const next = assignSwarms(assignment, active, seedOf(number))
          expectValid(next, active)
          expect(listMoved(assignment, next).length).toBeLessThanOrEqual(
            6 + joins + 5 * leaving.size,
          )
          assignment = next
        }
      }),
      runs(2),
    )
  })
})
