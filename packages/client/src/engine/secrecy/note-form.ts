/**
 * Remembers in which form the newest message of a conversation was sealed, and tells when it became a lesser one (spec 12 §4.4): an
 * attacker who takes a contact's keys away must not go unseen.
 *
 * @module
 */
import type { History } from '../../storage/history.ts'
import {
  MESSAGE_FORMS,
  type MessageDirection,
  type MessageForm,
  type Protection,
} from '../../storage/protection-table.ts'
import type { ConversationId } from '../../storage/history-message.ts'

export interface DowngradeEvent {
  readonly kind: 'downgraded'
  readonly conversation: ConversationId
  readonly direction: MessageDirection
  readonly form: MessageForm
}

export type SecrecyEvent =
  | DowngradeEvent
  /** Somebody with the recovery phrase published a key for this account. */
  | { readonly kind: 'foreign_key' }

export function noteForm(
  protection: Protection,
  { protections }: Pick<History, 'protections'>,
): readonly DowngradeEvent[] {
  const { conversation, direction, form } = protection
  const before = protections.find(conversation, direction)
  const isNewest = protections.put(protection)
  const isLess = before !== undefined && rank(form) > rank(before.form)
  return isNewest && isLess ? [{ kind: 'downgraded', conversation, direction, form }] : []
}

function rank(form: MessageForm): number {
  return MESSAGE_FORMS.indexOf(form)
}
