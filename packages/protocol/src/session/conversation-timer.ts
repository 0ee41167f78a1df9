/**
 * The timer of disappearing messages, which goes along with every content (spec 05 §5.7).
 *
 * @module
 */

import type { ConversationTimer } from './action.ts'
import { type Content, Content_ExpirationType } from './generated/session_pb.ts'
import { TIMER_MAX_SECONDS } from './limits.ts'

export const TIMER_OFF: ConversationTimer = { mode: 'off', seconds: 0 }

/** Unknown modes and times that no client offers mean no timer. */
export function readTimer({ expirationType, expirationTimer }: Content): ConversationTimer {
  if (expirationTimer <= 0 || expirationTimer > TIMER_MAX_SECONDS) return TIMER_OFF
  const mode = findMode(expirationType)
  return mode === 'off' ? TIMER_OFF : { mode, seconds: expirationTimer }
}

function findMode(type: Content_ExpirationType): ConversationTimer['mode'] {
  if (type === Content_ExpirationType.DELETE_AFTER_READ) return 'after_read'
  return type === Content_ExpirationType.DELETE_AFTER_SEND ? 'after_send' : 'off'
}

/** Fields of a content; none without a timer, as other clients do. */
export function writeTimer({ mode, seconds }: ConversationTimer): {
  expirationType?: Content_ExpirationType
  expirationTimer?: number
} {
  if (mode === 'off') return {}
  if (!Number.isInteger(seconds) || seconds <= 0 || seconds > TIMER_MAX_SECONDS)
    throw new RangeError('no time that a timer can have')
  const { DELETE_AFTER_READ, DELETE_AFTER_SEND } = Content_ExpirationType
  return {
    expirationType: mode === 'after_read' ? DELETE_AFTER_READ : DELETE_AFTER_SEND,
    expirationTimer: seconds,
  }
}
