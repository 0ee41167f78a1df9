/**
 * How many messages one `retrieve` may return (spec 03 §3.4). Pure arithmetic; the node reads the rows.
 *
 * @module
 */

import {
  MESSAGE_OVERHEAD_BYTES,
  RETRIEVE_BUDGET_BYTES,
  RETRIEVE_DEFAULT_MAX_SIZE,
} from './limits.ts'

export interface RetrieveBudget {
  readonly bytes: number
  readonly count: number
}

/** Zero and absent limits are no limits; with neither, a fifth of the budget is allowed. */
export function computeRetrieveBudget(limits: {
  readonly maxSize?: number | undefined
  readonly maxCount?: number | undefined
}): RetrieveBudget {
  const hasCount = limits.maxCount !== undefined && limits.maxCount > 0
  let maxSize = limits.maxSize ?? 0
  if (maxSize === 0 && !hasCount) maxSize = RETRIEVE_DEFAULT_MAX_SIZE
  return {
    bytes: retrieveBudgetBytes(maxSize),
    count: hasCount ? (limits.maxCount ?? 0) : Number.POSITIVE_INFINITY,
  }
}

/** A negative size −k asks for one k-th of the whole budget; zero for all of it. */
export function retrieveBudgetBytes(maxSize: number): number {
  if (maxSize < 0) return Math.floor(RETRIEVE_BUDGET_BYTES / -maxSize)
  return maxSize === 0 ? RETRIEVE_BUDGET_BYTES : Math.min(maxSize, RETRIEVE_BUDGET_BYTES)
}

/** What one message counts: about its length in the JSON reply. */
export function messageCostBytes(hashLength: number, dataLength: number): number {
  return MESSAGE_OVERHEAD_BYTES + hashLength + Math.ceil((dataLength * 4) / 3)
}

/** How many of the next messages fit: at least one, so that a client always gets on. */
export function countWithinBudget(
  messages: Iterable<{ readonly hashLength: number; readonly dataLength: number }>,
  budget: RetrieveBudget,
): number {
  let bytes = 0
  let count = 0
  for (const message of messages) {
    bytes += messageCostBytes(message.hashLength, message.dataLength)
    if (count > 0 && (bytes > budget.bytes || count >= budget.count)) break
    count += 1
  }
  return count
}
