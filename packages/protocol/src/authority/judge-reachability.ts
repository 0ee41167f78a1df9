/**
 * Whether a node counts as unreachable, from what other nodes saw (spec 08 §6.2). Any single witness may lie or be cut
 * off itself, so only several together are believed.
 *
 * @module
 */

import { scaleTime } from '../directory/network-times.ts'
import { findMedian } from './median.ts'

/** What one node that tests the other has seen last, milliseconds since 1970; absent for what it never saw. */
export interface ReachabilityRecord {
  readonly lastReachable?: number
  /** The first failure since it was last reachable. */
  readonly firstUnreachable?: number
  readonly lastUnreachable?: number
}

export interface ReachabilityQuestion {
  readonly now: number
  readonly epochMs: number
  /** One for each observer. */
  readonly records: readonly ReachabilityRecord[]
}

/** Spec 08 §6.2. */
const WITNESSES_MIN = 3

export function isUnreachable(question: ReachabilityQuestion): boolean {
  const { now, epochMs, records } = question
  const begins = records.flatMap((record) => findOutage(record, question) ?? [])
  const majority = Math.floor(records.length / 2) + 1
  if (begins.length < Math.min(WITNESSES_MIN, majority)) return false
  const began = findMedian(begins)
  if (began === undefined || now - began < scaleTime('unreachableGrace', epochMs)) return false
  // Three that lie could remove any node of a large network, if those who reached it meanwhile were not heard.
  const reached = records.filter(
    ({ lastReachable }) => lastReachable !== undefined && lastReachable > began,
  )
  return begins.length > reached.length
}

/** When the outage began that an observer sees now. A failure that was not seen again for a while says nothing any more. */
function findOutage(
  { lastReachable, firstUnreachable, lastUnreachable }: ReachabilityRecord,
  { now, epochMs }: ReachabilityQuestion,
): number | undefined {
  if (firstUnreachable === undefined || lastUnreachable === undefined) return undefined
  if (lastReachable !== undefined && lastReachable >= lastUnreachable) return undefined
  // A time to come is as worthless as one long gone: it would never become stale.
  const isStale = Math.abs(now - lastUnreachable) >= scaleTime('failureStale', epochMs)
  return isStale ? undefined : firstUnreachable
}
