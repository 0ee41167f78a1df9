/**
 * Which times a node accepts (spec 03 §3.2), as pure functions of the node's clock.
 *
 * @module
 */

import { isPublicInbox } from '../swarm/index.ts'
import { type RpcFailure, STATUS } from './failure.ts'
import {
  SIGNATURE_TOLERANCE_MS,
  STORE_TOLERANCE_MS,
  TTL_MAX_MS,
  TTL_MAX_PUBLIC_INBOX_MS,
  TTL_MIN_MS,
} from './limits.ts'

export const TTL_NOT_VALID: RpcFailure = {
  status: STATUS.forbidden,
  text: 'Provided expiry/TTL is not valid.',
}
export const CHECK_YOUR_CLOCK: RpcFailure = {
  status: STATUS.clock,
  text: 'Timestamp error: check your clock',
}

/** The longest life that a message may have in a namespace. */
export function findTtlMax(namespace: number): number {
  return isPublicInbox(namespace) ? TTL_MAX_PUBLIC_INBOX_MS : TTL_MAX_MS
}

interface StoreTimes {
  readonly namespace: number
  readonly timestampMs: number
  readonly expiryMs: number
}

/** First the lifetime, then both ends of it against the clock. */
export function checkStoreTimes(times: StoreTimes, nowMs: number): RpcFailure | undefined {
  const ttlMs = times.expiryMs - times.timestampMs
  if (ttlMs < TTL_MIN_MS || ttlMs > findTtlMax(times.namespace)) return TTL_NOT_VALID
  const isTooNew = times.timestampMs > nowMs + STORE_TOLERANCE_MS
  const isExpired = times.expiryMs < nowMs - STORE_TOLERANCE_MS
  return isTooNew || isExpired ? CHECK_YOUR_CLOCK : undefined
}

/** A signed time must be close to now, in both directions. `subject` begins the refusal's text. */
export function checkSignatureTime(
  subject: string,
  timestampMs: number,
  { nowMs, toleranceMs = SIGNATURE_TOLERANCE_MS }: { nowMs: number; toleranceMs?: number },
): RpcFailure | undefined {
  if (Math.abs(timestampMs - nowMs) <= toleranceMs) return undefined
  return { status: STATUS.clock, text: `${subject} timestamp too far from current time` }
}

/** `expire` never gives a message a longer life than this. */
export function clampExpiry(expiryMs: number, nowMs: number): number {
  return Math.min(expiryMs, nowMs + TTL_MAX_MS)
}
