/**
 * The order of keys in documents (spec 07 §8.1): byte by byte, as unsigned numbers. Keys are public, so it may stop at
 * the first difference.
 *
 * @module
 */

/** Below zero, zero or above, for `toSorted`. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** Ascending and each once. */
export function areAscending(keys: readonly Uint8Array[]): boolean {
  return keys.every((key, index) => {
    const previous = keys[index - 1]
    return previous === undefined || compareBytes(previous, key) < 0
  })
}
