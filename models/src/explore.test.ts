/** The search visits all that can be reached, and says so when it does not. */
import { describe, expect, it } from 'vitest'
import { explore, type System } from './explore.ts'

/** Two counters, each of which can go up to a bound; in any order. */
function createCounters(
  bound: number,
  broken: (a: number, b: number) => boolean,
): System<number[]> {
  return {
    start: [0, 0],
    steps: ([a = 0, b = 0]) => [
      ...(a < bound ? [{ label: 'a', next: [a + 1, b] }] : []),
      ...(b < bound ? [{ label: 'b', next: [a, b + 1] }] : []),
    ],
    isBroken: ([a = 0, b = 0]) => broken(a, b),
  }
}

describe('a search', () => {
  it('reaches every state once, and holds only then', () => {
    expect(explore(createCounters(9, () => false))).toEqual({ kind: 'holds', states: 100 })
  })

  it('finds what only one order of steps reaches, by the shortest way', () => {
    const outcome = explore(createCounters(9, (a, b) => a === 2 && b === 0))
    expect(outcome).toMatchObject({ kind: 'attack', trace: ['a', 'a'] })
  })

  it('finds what is broken in the last state, and in the first', () => {
    expect(explore(createCounters(3, (a, b) => a + b === 6))).toMatchObject({ kind: 'attack' })
    expect(explore(createCounters(3, () => true))).toMatchObject({ kind: 'attack', trace: [] })
  })

  it('that was cut short is an error and no result', () => {
    expect(() =>
      explore(
        createCounters(9, () => false),
        50,
      ),
    ).toThrow(RangeError)
  })
})
