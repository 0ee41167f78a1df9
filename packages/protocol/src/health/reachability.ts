/**
 * What one node remembers of another's reachability (spec 09 §2): three times, from which it follows whether the other is
 * failing, and since when. Testing is the program's part.
 *
 * @module
 */

import { scaleTime } from '../directory/network-times.ts'

/** Milliseconds since 1970; absent for what never was. */
export interface Reachability {
  readonly lastReachable?: number
  /** The first failure since the node was last reachable. */
  readonly firstUnreachable?: number
  readonly lastUnreachable?: number
}

export type ReachabilityState = 'unknown' | 'reachable' | 'failing'

export interface TestResult {
  readonly isReachable: boolean
  readonly nowMs: number
  readonly epochMs: number
}

export function recordResult(
  before: Reachability,
  { isReachable, nowMs, epochMs }: TestResult,
): Reachability {
  if (isReachable) return { lastReachable: nowMs }
  // An observer that slept must not take its first failure for a whole night of them.
  const isRow = describeReachability(before, nowMs, epochMs) === 'failing'
  const began = isRow ? before.firstUnreachable : undefined
  return { ...before, firstUnreachable: began ?? nowMs, lastUnreachable: nowMs }
}

/** A failure that was seen longer ago than the network's `failureStale` says nothing any more. */
export function describeReachability(
  { lastReachable, lastUnreachable }: Reachability,
  nowMs: number,
  epochMs: number,
): ReachabilityState {
  const isStale =
    lastUnreachable === undefined || nowMs - lastUnreachable >= scaleTime('failureStale', epochMs)
  if (!isStale) return 'failing'
  return lastReachable === undefined ? 'unknown' : 'reachable'
}
