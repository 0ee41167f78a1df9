/**
 * What came, what it changed, and what follows from it outside of the history.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { KeyedRecords, Contact, GroupId } from '@sotto/protocol/config'
import type { ConversationTimer, GroupUpdateMessage, SessionAction } from '@sotto/protocol/session'
import type { ConversationId, HistoryMessage, MessageName } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import type { MessageForm } from '../../storage/protection-table.ts'
import type { DowngradeEvent } from '../secrecy/note-form.ts'
import type { StrangerRoom } from './stranger-room.ts'

/** A content that was opened, and under what our swarm keeps it. */
export interface Received {
  readonly hash: string
  /** When our swarm forgets it. */
  readonly expiryMs: number
  readonly sender: AccountId
  /** To whom another device of ours sent it. */
  readonly syncTarget?: AccountId
  /** In which group it was said. */
  readonly conversation?: GroupId
  readonly sentAtMs: number
  readonly timer: ConversationTimer
  readonly action: SessionAction
  /** How it was sealed; absent in groups. */
  readonly form?: MessageForm
}

export interface ReceiveParts {
  readonly own: AccountId
  readonly history: History
  readonly contacts: KeyedRecords<AccountId, Contact>
  /** Whether strangers may write at all. */
  readonly acceptsStrangers: boolean
  readonly room: StrangerRoom
  readonly nowMs: number
  /** What groups have to say to the account. */
  readonly takeGroupUpdate?: (received: Received, update: GroupUpdateMessage) => Outcome
}

/** What a screen shows anew. */
export type HistoryEvent =
  | { readonly kind: 'added' | 'changed' | 'erased'; readonly name: MessageName }
  | { readonly kind: 'conversation'; readonly conversation: ConversationId }
  | {
      readonly kind: 'typing'
      readonly conversation: ConversationId
      readonly isTyping: boolean
    }
  | DowngradeEvent

export interface Outcome {
  readonly events: readonly HistoryEvent[]
  /** What our swarm has to forget now. */
  readonly obsoleteHashes: readonly string[]
  /** What another device of ours has read. */
  readonly readElsewhere: readonly HistoryMessage[]
}

export const NOTHING: Outcome = { events: [], obsoleteHashes: [], readElsewhere: [] }

/** Somebody whom the account has neither accepted nor written to. */
export function isStranger(
  { sender, conversation }: Received,
  { own, contacts }: ReceiveParts,
): boolean {
  // In a group its admins say who may write.
  if (conversation !== undefined) return false
  return sender !== own && contacts.find(sender)?.isApproved !== true
}

/** Where a content belongs: to the one we wrote to from another device, else to its sender. */
export function locate(
  { sender, syncTarget, conversation }: Received,
  { own }: ReceiveParts,
): ConversationId {
  if (conversation !== undefined) return conversation
  return sender === own ? (syncTarget ?? own) : sender
}
