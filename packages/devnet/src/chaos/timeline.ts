/**
 * How the time of a local network runs beside the machine's: from a common moment on, at some rate.
 *
 * All processes of a network share one timeline, and each reads it off the machine's clock for itself, so that their
 * clocks agree without a word between them. Timers are `controllable-clock.ts`.
 *
 * @module
 */

export interface Timeline {
  /** A moment of the machine's clock … */
  readonly baseMs: number
  /** … and what the network's clock says then. */
  readonly timeMs: number
  /** How much faster than the machine's clock it goes on; 0 stands still. */
  readonly rate: number
}

export const REAL_TIME: Timeline = { baseMs: 0, timeMs: 0, rate: 1 }

/** A timer of a clock that runs faster could not be kept by the machine's. */
export const RATE_MAX = 1000

/** The network's time at this moment of the machine's clock, not rounded. */
export function readTimeline({ baseMs, timeMs, rate }: Timeline, machineMs: number): number {
  return timeMs + (machineMs - baseMs) * rate
}

/** Goes on from where the timeline is at this moment, at another rate and after a step if one is given. */
export function turnTimeline(
  timeline: Timeline,
  machineMs: number,
  { rate = timeline.rate, stepMs = 0 }: { readonly rate?: number; readonly stepMs?: number },
): Timeline {
  const timeMs = Math.floor(readTimeline(timeline, machineMs)) + stepMs
  return { baseMs: machineMs, timeMs, rate }
}
