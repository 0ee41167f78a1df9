/**
 * The order of keys in documents, votes and messages: that of their bytes. Keys are public, so the time that it takes
 * may tell about them.
 *
 * @module
 */

export function compareKeys(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let index = 0; index < length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

export function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return compareKeys(a, b) === 0
}

/** Whether each is above the one before: sorted, and none twice. */
export function isAscending(keys: readonly Uint8Array[]): boolean {
  return keys.every((key, index) => {
    const previous = keys[index - 1]
    return previous === undefined || compareKeys(previous, key) < 0
  })
}
