/**
 * The machine's clock, for the timestamps of requests.
 *
 * @module
 */

/** Milliseconds since 1970. */
export function readTimeMs(): number {
  return Date.now()
}
