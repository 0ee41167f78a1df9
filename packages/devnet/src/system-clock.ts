/**
 * The machine's clock. A local network that can step time will put another in its place.
 *
 * @module
 */

/** Milliseconds since 1970. */
export function readSystemTimeMs(): number {
  return Date.now()
}
