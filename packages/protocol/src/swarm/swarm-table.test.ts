/** Sizes that the table counts, against sizes that are counted anew. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf, keysOf } from '../../test/swarm-fixtures.ts'
import { SwarmTable } from './swarm-table.ts'

function createTable(...sizes: readonly number[]): SwarmTable {
  const table = new SwarmTable()
  for (const [index, size] of sizes.entries()) table.open(BigInt(index), keysOf(size, 100 * index))
  return table
}

function expectCounted(table: SwarmTable): void {
  const sizes = table.swarms.map(({ members }) => members.length).toSorted((a, b) => a - b)
  const sum = (weigh: (size: number) => number): number =>
    sizes.reduce((total, size) => total + Math.max(0, weigh(size)), 0)
  expect(table.smallest).toBe(sizes[0] ?? 0)
  expect(table.largest).toBe(sizes.at(-1) ?? 0)
  expect(table.excess).toBe(sum((size) => size - 5))
  expect(table.deficit).toBe(sum((size) => 5 - size))
  expect(sizes.map((_, place) => table.sizeAt(place))).toEqual(sizes)
}

describe('SwarmTable', () => {
  it('counts nothing at first', () => {
    expectCounted(new SwarmTable())
  })

  it('knows smallest, largest, excess, deficit and every place', () => {
    const table = createTable(7, 3, 10, 5, 0)
    expect(table).toMatchObject({ smallest: 0, largest: 10, excess: 7, deficit: 7 })
    expect([0, 1, 2, 3, 4].map((place) => table.sizeAt(place))).toEqual([0, 3, 5, 7, 10])
  })

  it('keeps swarms in the order of their ids, whatever the order in which they come', () => {
    const table = new SwarmTable()
    for (const id of [5n, 2n ** 64n - 2n, 0n, 7n]) table.open(id, [])
    expect(table.swarms.map(({ id }) => id)).toEqual([0n, 5n, 7n, 2n ** 64n - 2n])
  })

  it('lists swarms by size, in the order of their ids', () => {
    const listed = createTable(7, 3, 10, 5, 6).listSized(5, 7)
    expect(listed.map(({ id }) => id)).toEqual([0n, 3n, 4n])
  })

  it('puts who comes at the end and lets those who stay keep their order', () => {
    const table = createTable(3)
    const [swarm] = table.swarms
    if (swarm === undefined) throw new Error('no swarm')
    table.append(swarm, keyOf(50))
    expect(table.take(swarm, 1)).toBe(keyOf(1))
    expect(swarm.members).toEqual([keyOf(0), keyOf(2), keyOf(50)])
    expect(() => table.take(swarm, 3)).toThrow(RangeError)
  })

  it('keeps its own copy of the members that a swarm begins with', () => {
    const table = new SwarmTable()
    const members = [keyOf(1)]
    table.open(0n, members)
    members.push(keyOf(2))
    expect(table.swarms[0]?.members).toEqual([keyOf(1)])
  })

  it('counts right after any changes', () => {
    const change = fc.tuple(fc.constantFrom('open', 'close', 'append', 'take'), fc.nat(50))
    fc.assert(
      fc.property(fc.array(change, { maxLength: 60 }), (changes) => {
        const table = createTable(5, 6)
        for (const [index, [kind, number]] of changes.entries()) {
          const swarm = table.swarms[number % Math.max(1, table.swarms.length)]
          if (kind === 'open') table.open(BigInt(1000 + index), keysOf(number % 12, 1000 * index))
          if (swarm !== undefined && kind === 'close') table.close(swarm)
          if (swarm !== undefined && kind === 'append') table.append(swarm, keyOf(9000 + index))
          if (swarm !== undefined && kind === 'take' && swarm.members.length > 0) {
            table.take(swarm, number % swarm.members.length)
          }
          expectCounted(table)
        }
      }),
    )
  })
})
