/**
 * The order of byte strings, in which records, keys and bounds are written (spec 10 §4.1). Nothing here is secret, so
 * the first difference ends the comparison.
 *
 * @module
 */

/** Ascending by the first byte that differs; a string comes before its continuations. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}
