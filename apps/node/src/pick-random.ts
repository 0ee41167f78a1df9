/**
 * Draws without replacement and without bias: which nodes are asked must not be for anybody to foresee.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'

const UINT32_RANGE = 2 ** 32

/** Below `limit`, each with the same probability. */
export function drawBelow(limit: number, randomness: Randomness): number {
  const bound = UINT32_RANGE - (UINT32_RANGE % limit)
  for (;;) {
    const bytes = randomness.bytes(4)
    const value = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0)
    if (value < bound) return value % limit
  }
}

/** Up to `count` different items, in random order. */
export function pickRandom<T>(
  items: readonly T[],
  count: number,
  randomness: Randomness,
): readonly T[] {
  const pool = [...items]
  const picked: T[] = []
  while (picked.length < count && pool.length > 0) {
    picked.push(...pool.splice(drawBelow(pool.length, randomness), 1))
  }
  return picked
}
