/**
 * Medians and percentiles of measured values. Nothing here measures.
 *
 * @module
 */

export function computeMedian(values: readonly number[]): number {
  return computePercentile(values, 50)
}

/** Nearest-rank percentile; `percentile` is 0–100. */
export function computePercentile(values: readonly number[], percentile: number): number {
  const sorted = [...values].toSorted((a, b) => a - b)
  const rank = Math.ceil((percentile / 100) * sorted.length) - 1
  return sorted[Math.max(0, Math.min(sorted.length - 1, rank))] ?? Number.NaN
}
