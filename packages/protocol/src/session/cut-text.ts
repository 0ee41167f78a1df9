/**
 * Lengths of texts as people see them: in code points, as other clients count (spec 05 §5.1).
 *
 * @module
 */

export function countCodePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** The first `max` code points; none is halved. */
export function cutCodePoints(text: string, max: number): string {
  if (text.length <= max) return text
  let end = 0
  let count = 0
  for (const point of text) {
    if (count === max) break
    end += point.length
    count += 1
  }
  return text.slice(0, end)
}
