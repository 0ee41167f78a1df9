/**
 * Chance that is the same for the same seed, for simulations that make millions of small decisions.
 *
 * @module
 */

export interface Dice {
  /** 0 … limit − 1. */
  below(limit: number): number
  pick<T>(items: readonly T[]): T
}

/** A 32-bit generator (xorshift32): good enough to choose, and nothing else. */
export function createDice(seed: number): Dice {
  let state = (seed | 0) === 0 ? 1 : seed | 0
  const below = (limit: number): number => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) % limit
  }
  return {
    below,
    pick: (items) => {
      const item = items[below(items.length)]
      if (item === undefined) throw new Error('nothing to choose from')
      return item
    },
  }
}
