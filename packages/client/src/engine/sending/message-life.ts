/**
 * How long swarms keep what is sent (spec 05 §5.7). All that has no timer lives equally long, so that its life does not tell its
 * kind to the nodes that keep it: other clients let typing live for 20 seconds and calls for five minutes.
 *
 * @module
 */
import { TTL_MAX_PUBLIC_INBOX_MS, TTL_MIN_MS } from '@sotto/protocol/rpc'
import { TIMER_OFF, type ConversationTimer } from '@sotto/protocol/session'

export interface MessageLife {
  /** In the recipient's swarm. */
  readonly ttlMs: number
  /** Of the copy in our own: what we sent ends for us a timer's length after we sent it. */
  readonly copyTtlMs: number
}

export function computeLife({ mode, seconds }: ConversationTimer = TIMER_OFF): MessageLife {
  const timerMs = Math.min(Math.max(seconds * 1000, TTL_MIN_MS), TTL_MAX_PUBLIC_INBOX_MS)
  if (mode === 'off') return { ttlMs: TTL_MAX_PUBLIC_INBOX_MS, copyTtlMs: TTL_MAX_PUBLIC_INBOX_MS }
  // Until it is read nobody knows when it ends, so it waits as long as anything.
  return { ttlMs: mode === 'after_read' ? TTL_MAX_PUBLIC_INBOX_MS : timerMs, copyTtlMs: timerMs }
}
