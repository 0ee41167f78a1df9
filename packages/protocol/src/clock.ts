/**
 * The port through which time enters. Nothing in the pure packages reads a clock of its own, so that a message's whole
 * life of 14 days can be tested in a millisecond (spec 00 §6). Real and fake clocks are adapters of the programs and
 * of the test kit.
 *
 * @module
 */

/** Gives the task up; calling it again, or after the task ran, changes nothing. */
export type Cancel = () => void

export interface Clock {
  /** Milliseconds since 1970-01-01T00:00Z. */
  now(): number
  /** Runs `task` once, `delayMs` from now, unless it is cancelled before. */
  after(delayMs: number, task: () => void): Cancel
}
