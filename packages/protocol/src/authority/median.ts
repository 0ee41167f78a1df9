/**
 * The middle of several witnesses' numbers: what fewer than half of them cannot move out of what the others say.
 *
 * @module
 */

/** Of an even number the greater of the two in the middle. `undefined` for none. */
export function findMedian(numbers: readonly number[]): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]
}
