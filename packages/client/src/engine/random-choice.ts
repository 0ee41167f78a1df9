/**
 * Fair choices from the randomness port. Which nodes carry a request must not be predictable, so the bias of a plain
 * remainder is avoided.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'

const WORD_BYTES = 4
const WORD_VALUES = 2 ** 32

/** A whole number from 0 up to, not including, `bound`. */
export function pickIndex(bound: number, randomness: Randomness): number {
  if (!Number.isInteger(bound) || bound < 1) throw new RangeError('nothing to choose from')
  const usable = WORD_VALUES - (WORD_VALUES % bound)
  for (;;) {
    const bytes = randomness.bytes(WORD_BYTES)
    const word = new DataView(bytes.buffer, bytes.byteOffset, WORD_BYTES).getUint32(0)
    if (word < usable) return word % bound
  }
}

/** A new list in random order. */
export function shuffle<T>(items: readonly T[], randomness: Randomness): T[] {
  const shuffled: T[] = []
  for (const item of items) {
    const index = pickIndex(shuffled.length + 1, randomness)
    const displaced = shuffled[index]
    if (displaced !== undefined) shuffled.push(displaced)
    shuffled[index] = item
  }
  return shuffled
}
