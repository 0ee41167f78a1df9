/**
 * Lengths of time as people write them: `200`, `200ms`, `1.5s`, `-2m`, `3h`, `14d`.
 *
 * @module
 */

const UNITS_MS: Readonly<Record<string, number>> = {
  '': 1,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}
const DURATION = /^(?<number>[+-]?\d{1,15}(?:\.\d{1,6})?)(?<unit>ms|s|m|h|d|)$/u

/** Whole milliseconds; undefined for what is no length of time. Without a unit it is milliseconds. */
export function parseDuration(text: string): number | undefined {
  const { number, unit } = DURATION.exec(text)?.groups ?? {}
  if (number === undefined || unit === undefined) return undefined
  const ms = Math.round(Number(number) * (UNITS_MS[unit] ?? 1))
  return Number.isSafeInteger(ms) ? ms : undefined
}
