/** Each rule of the assignment on cases made for it, for many seeds where the seed decides. */
import { describe, expect, it } from 'vitest'
import {
  createAssignment,
  createSwarms,
  idsOf,
  keyOf,
  keysOf,
  listMoved,
  membersOf,
  seedOf,
  sizesOf,
} from '../../test/swarm-fixtures.ts'
import { INVALID_SWARM_ID, type SwarmAssignment, assignSwarms } from './index.ts'

const NOBODY: SwarmAssignment = new Map()
const SEEDS = Array.from({ length: 50 }, (_, number) => seedOf(number))
const NEWCOMER = keyOf(9999)

/** The outcomes of all seeds when these join and these leave. */
function change(
  previous: SwarmAssignment,
  { joining = [], leaving = [] }: { joining?: readonly string[]; leaving?: readonly string[] },
): readonly SwarmAssignment[] {
  const active = [...previous.keys(), ...joining].filter((key) => !leaving.includes(key))
  return SEEDS.map((seed) => assignSwarms(previous, active, seed))
}

function ascending(sizes: readonly number[]): readonly number[] {
  return sizes.toSorted((a, b) => a - b)
}

describe('a network from nothing', () => {
  it.each([
    [1, [1]],
    [4, [4]],
    [5, [5]],
    [10, [10]],
    [11, [5, 6]],
    [12, [6, 6]],
    [20, [10, 10]],
    [21, [7, 7, 7]],
    [26, [8, 9, 9]],
    [28, [7, 7, 7, 7]],
  ])('of %i nodes has swarms of %j, whatever the seed', (count, sizes) => {
    for (const assignment of change(NOBODY, { joining: keysOf(count) })) {
      expect(ascending(sizesOf(assignment))).toEqual(sizes)
    }
  })

  it('begins at 0 and halves the widest gap', () => {
    for (const assignment of change(NOBODY, { joining: keysOf(28) })) {
      expect(idsOf(assignment)).toEqual([
        0n,
        4_611_686_018_427_387_903n,
        9_223_372_036_854_775_807n,
        13_835_058_055_282_163_711n,
      ])
    }
  })

  it('without nodes has no swarms', () => {
    expect(assignSwarms(NOBODY, [], seedOf(0)).size).toBe(0)
    expect(assignSwarms(createSwarms(5, 5), [], seedOf(0)).size).toBe(0)
  })

  it('is another one for another seed', () => {
    const shapes = change(NOBODY, { joining: keysOf(28) }).map((outcome) => membersOf(outcome, 0n))
    expect(new Set(shapes.map(String)).size).toBe(SEEDS.length)
  })
})

describe('a node that joins', () => {
  it('moves nobody when no new swarm is due', () => {
    const previous = createSwarms(7, 6, 7)
    for (const outcome of change(previous, { joining: [NEWCOMER] })) {
      expect(listMoved(previous, outcome)).toEqual([])
      expect(outcome.get(NEWCOMER)).toBe(1000n)
    }
  })

  it('goes to any swarm up to the lower quartile of sizes, and to no other', () => {
    // Nine sizes: the lower quartile is the third, 6.
    const previous = createSwarms(8, 6, 7, 5, 7, 6, 6, 7, 8)
    const places = change(previous, { joining: [NEWCOMER] }).map((outcome) => outcome.get(NEWCOMER))
    expect(new Set(places)).toEqual(new Set([1000n, 3000n, 5000n, 6000n]))
  })

  it('never goes to a swarm of ten while another has fewer', () => {
    // Two of ten, so that nothing is due; five sizes, of which the second is already 10.
    const previous = createSwarms(10, 9)
    for (const outcome of change(previous, { joining: [NEWCOMER] })) {
      expect(outcome.get(NEWCOMER)).toBe(1000n)
    }
    const crowded = createSwarms(10, 10, 10, 10, 4)
    for (const outcome of change(crowded, { joining: [NEWCOMER] })) {
      expect(outcome.get(NEWCOMER)).toBe(4000n)
    }
  })

  it('is one that came back: where it was before does not count once it was away', () => {
    const previous = createSwarms(7, 7, 6)
    const returning = keyOf(0)
    for (const without of change(previous, { leaving: [returning] })) {
      const outcome = assignSwarms(without, [...without.keys(), returning], seedOf(1))
      expect(outcome.get(returning)).not.toBe(1000n)
    }
  })

  it('is also one whose previous swarm is none', () => {
    const previous = createSwarms(7, 6).set(NEWCOMER, INVALID_SWARM_ID)
    for (const outcome of change(previous, {})) expect(outcome.get(NEWCOMER)).toBe(1000n)
  })
})

describe('a new swarm', () => {
  it('is made when the swarms can spare 7 and 2 for each of them, not before', () => {
    const before = createSwarms(10, 9)
    const due = createSwarms(10, 10)
    for (const outcome of change(before, { joining: [NEWCOMER] })) {
      expect(sizesOf(outcome)).toEqual([10, 10])
    }
    const moved = change(due, { joining: [NEWCOMER] }).map((outcome) => {
      expect(ascending(sizesOf(outcome))).toEqual([7, 7, 7])
      return listMoved(due, outcome).length
    })
    // The newcomer may be among the seven.
    expect(new Set(moved)).toEqual(new Set([6, 7]))
  })

  it('has seven members, drawn from the largest swarms', () => {
    // Excess 14 and one newcomer: due at 7 + 2 · 4. The one of 6 gets the newcomer and gives nobody.
    const previous = createSwarms(6, 9, 10, 9)
    for (const outcome of change(previous, { joining: [NEWCOMER] })) {
      expect(sizesOf(outcome)).toEqual([7, 7, 7, 7, 7])
      expect(outcome.get(NEWCOMER)).toBe(0n)
      const moved = listMoved(previous, outcome).map((key) => previous.get(key))
      expect(moved.filter((id) => id === 1000n)).toHaveLength(2)
      expect(moved.filter((id) => id === 2000n)).toHaveLength(3)
      expect(moved.filter((id) => id === 3000n)).toHaveLength(2)
    }
  })

  it('lies in the middle of the widest gap, around the end of the ring too', () => {
    const [low, high] = [2n ** 63n, 2n ** 63n + 2n ** 62n]
    const previous = createAssignment(
      new Map([
        [low, 10],
        [high, 10],
      ]),
    )
    for (const outcome of change(previous, { joining: [NEWCOMER] })) {
      expect(idsOf(outcome)).toEqual([2n ** 61n, low, high])
    }
  })

  it('is made of the only swarm when that would have eleven, and moves five', () => {
    const previous = createSwarms(10)
    for (const outcome of change(previous, { joining: [NEWCOMER] })) {
      expect(ascending(sizesOf(outcome))).toEqual([5, 6])
      const newSwarm = membersOf(outcome, 2n ** 63n - 1n)
      expect(newSwarm).toHaveLength(5)
      expect(listMoved(previous, outcome).length).toBe(5 - Number(newSwarm.includes(NEWCOMER)))
    }
  })

  it('may have any member of its sources, so that nobody gets a swarm of newcomers on purpose', () => {
    const previous = createSwarms(10)
    const drawn = change(previous, { joining: [NEWCOMER] }).flatMap((outcome) =>
      membersOf(outcome, 2n ** 63n - 1n),
    )
    expect(new Set(drawn)).toEqual(new Set([...previous.keys(), NEWCOMER]))
  })

  it('is not made while a swarm starves; that is settled first', () => {
    const previous = createSwarms(10, 10, 10, 5)
    const leaving = membersOf(previous, 3000n).slice(0, 2)
    // Excess 15 is due with four swarms, and the two that are missing come out of it.
    for (const outcome of change(previous, { leaving })) {
      expect(idsOf(outcome)).toHaveLength(4)
      expect(ascending(sizesOf(outcome)).at(0)).toBe(5)
      expect(listMoved(previous, outcome)).toHaveLength(2)
    }
  })

  it('is made after a rescue when enough can still be spared', () => {
    const previous = createSwarms(10, 10, 10, 10, 5)
    const leaving = membersOf(previous, 4000n).slice(0, 1)
    // One is moved, then 19 can be spared: 7 + 2 · 5 are needed.
    for (const outcome of change(previous, { leaving })) {
      expect(idsOf(outcome)).toHaveLength(6)
      expect(Math.min(...sizesOf(outcome))).toBe(5)
    }
  })

  it('is made for swarms above ten that an earlier rule left, as often as it takes', () => {
    for (const outcome of change(createSwarms(31, 5), {})) {
      expect(Math.max(...sizesOf(outcome))).toBeLessThanOrEqual(10)
      expect(Math.min(...sizesOf(outcome))).toBeGreaterThanOrEqual(5)
    }
  })
})

describe('a node that leaves', () => {
  it('moves nobody when its swarm keeps five', () => {
    const previous = createSwarms(6, 7)
    for (const outcome of change(previous, { leaving: [keyOf(0)] })) {
      expect(sizesOf(outcome)).toEqual([5, 7])
      expect(listMoved(previous, outcome)).toEqual([])
    }
  })

  it('is replaced by one member of a swarm above the upper quartile when its swarm starves', () => {
    // Five sizes: the upper quartile is the fourth, 8.
    const previous = createSwarms(5, 6, 6, 8, 9)
    const donors = change(previous, { leaving: [keyOf(0)] }).map((outcome) => {
      expect(membersOf(outcome, 0n)).toHaveLength(5)
      const moved = listMoved(previous, outcome)
      expect(moved).toHaveLength(1)
      return previous.get(moved[0] ?? '')
    })
    expect(new Set(donors)).toEqual(new Set([3000n, 4000n]))
  })

  it('takes from any swarm that can spare one when the upper quartile cannot', () => {
    const previous = createSwarms(5, 5, 5, 5, 5, 6)
    for (const outcome of change(previous, { leaving: [keyOf(0)] })) {
      expect(sizesOf(outcome)).toEqual([5, 5, 5, 5, 5, 5])
      expect(previous.get(listMoved(previous, outcome)[0] ?? '')).toBe(5000n)
    }
  })

  it('dissolves its swarm when nobody can be spared, and only its four move', () => {
    const previous = createSwarms(5, 5, 5)
    for (const outcome of change(previous, { leaving: [keyOf(0)] })) {
      expect(idsOf(outcome)).toEqual([1000n, 2000n])
      expect(sizesOf(outcome)).toEqual([7, 7])
      expect(listMoved(previous, outcome).toSorted()).toEqual(keysOf(4, 1))
    }
  })
})

describe('swarms that starve', () => {
  it('are dissolved smallest first, and the next may live on what that one had', () => {
    const previous = createSwarms(5, 5, 5)
    const leaving = [...keysOf(3), keyOf(5)]
    for (const outcome of change(previous, { leaving })) {
      expect(idsOf(outcome)).toEqual([1000n, 2000n])
      expect(ascending(sizesOf(outcome))).toEqual([5, 6])
      expect(listMoved(previous, outcome).toSorted()).toEqual(keysOf(2, 3))
    }
  })

  it('are all rescued when the excess of all is just enough', () => {
    const previous = createSwarms(5, 5, 8, 8)
    const leaving = [...keysOf(3), ...keysOf(3, 5)]
    for (const outcome of change(previous, { leaving })) {
      expect(sizesOf(outcome)).toEqual([5, 5, 5, 5])
      expect(listMoved(previous, outcome)).toHaveLength(6)
    }
  })

  it('are rescued after a dissolution when the excess is enough for those that are left', () => {
    const previous = createSwarms(1, 2, 7)
    for (const outcome of change(previous, {})) {
      expect(idsOf(outcome)).toEqual([1000n, 2000n])
      expect(sizesOf(outcome)).toEqual([5, 5])
    }
  })

  it('become one swarm when there are fewer than five nodes, or fewer than ten', () => {
    const previous = createSwarms(5, 5)
    for (const left of [1, 4, 5, 9]) {
      for (const outcome of change(previous, { leaving: keysOf(10 - left) })) {
        expect(sizesOf(outcome)).toEqual([left])
      }
    }
  })

  it('that lost all members are gone, and nobody moves there', () => {
    const previous = createSwarms(5, 7, 7)
    for (const outcome of change(previous, { leaving: keysOf(5) })) {
      expect(idsOf(outcome)).toEqual([1000n, 2000n])
      expect(listMoved(previous, outcome)).toEqual([])
    }
  })
})

describe('what assignSwarms is given', () => {
  it('may name a node twice', () => {
    const keys = keysOf(12)
    const twice = assignSwarms(NOBODY, [...keys, ...keys], seedOf(1))
    expect(twice).toEqual(assignSwarms(NOBODY, keys, seedOf(1)))
  })

  it('stays as it was', () => {
    const previous = createSwarms(5, 5)
    const active = keysOf(30).toReversed()
    assignSwarms(previous, active, seedOf(1))
    expect(previous).toEqual(createSwarms(5, 5))
    expect(active).toEqual(keysOf(30).toReversed())
  })

  it('must be swarm ids and a seed of 32 bytes', () => {
    const active = [keyOf(0)]
    for (const id of [-1n, INVALID_SWARM_ID + 1n]) {
      const previous = new Map([[keyOf(0), id]])
      expect(() => assignSwarms(previous, active, seedOf(0))).toThrow(RangeError)
    }
    expect(() => assignSwarms(NOBODY, active, new Uint8Array(31))).toThrow(RangeError)
  })
})
