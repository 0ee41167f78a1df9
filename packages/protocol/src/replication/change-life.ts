/**
 * How long a member keeps a change, and instead of which others (spec 10 §8.4).
 *
 * @module
 */

import { STORE_TOLERANCE_MS, TTL_MAX_MS } from '../rpc/index.ts'
import type { ChangeRequest } from './change.ts'

/** Spec 10 §8.1. Clocks of two nodes in good standing differ by less, the allowance for what was dated after another included. */
export const CHANGE_MARGIN_MS = 60_000
/** Spec 10 §8.4. No message that was there before a change outlives it for longer, unless a later change says so. */
export const CHANGE_LIFE_MS: number = TTL_MAX_MS + STORE_TOLERANCE_MS + CHANGE_MARGIN_MS

/**
 * Spec 10 §8.4. What is forgotten when there are too many is of one sort: whoever makes many changes of one, or dates one
 * again and again, does not push out those of another.
 */
export type ChangeSort = 'removal' | 'end' | 'revocation'

export function findChangeSort({ method, params }: ChangeRequest): ChangeSort {
  if (method === 'revoke_subaccount' || method === 'unrevoke_subaccount') return 'revocation'
  return method === 'expire' && params.isShorten !== true ? 'end' : 'removal'
}

/** Spec 10 §8.4. Of two of the same bytes the later then does all that both do. A new end may have kept a message alive. */
export function replacesOlder(sort: ChangeSort): boolean {
  return sort !== 'end'
}
