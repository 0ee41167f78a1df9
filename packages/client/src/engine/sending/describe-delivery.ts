/**
 * Where a message of ours is on its way, as a screen shows it (spec 12 §4.5).
 *
 * @module
 */
import type { ClientErrorCode } from '../../errors.ts'
import type { DeliveryState, MessageName } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'

export type Delivery =
  | {
      readonly state: 'awaiting_keys'
      /** Why they are not known. */
      readonly reason: ClientErrorCode
      /** When they are asked for again, unless they come before. */
      readonly nextAttemptMs: number
    }
  | { readonly state: DeliveryState | 'sending' }

export function describeDelivery(name: MessageName, history: History): Delivery | undefined {
  const message = history.messages.find(name)
  if (message === undefined) return undefined
  const { state, sentAtMs, conversation } = message
  if (state !== 'queued') return { state }
  const waiting = history.waiting.find(sentAtMs)
  if (waiting?.account === conversation)
    return {
      state: 'awaiting_keys',
      reason: waiting.reason,
      nextAttemptMs: waiting.nextAtMs,
    }
  const isSending = history.outbox.listOf(sentAtMs).some((entry) => entry.state === 'sending')
  return { state: isSending ? 'sending' : 'queued' }
}
