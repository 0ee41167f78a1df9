/**
 * The port for conversations, and for what has to change together with them: which message hashes were seen, and how
 * far each node was read. Opening messages and deciding which to keep is the engine's part.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'

export interface Message {
  /** Under which the swarm keeps it. */
  readonly hash: string
  /** The other end; our own account for notes to ourselves. */
  readonly conversation: AccountId
  readonly author: AccountId
  readonly direction: 'received' | 'sent'
  readonly text: string
  /** What the author claims. */
  readonly sentAtMs: number
  /** When this device got it, in the network's time. */
  readonly receivedAtMs: number
}

export interface StoredMessage extends Message {
  readonly isRead: boolean
}

export interface SeenHash {
  readonly hash: string
  /** When the swarm has forgotten the message, so that nobody can show it again. */
  readonly expiresAtMs: number
}

/** Nodes keep messages in orders of their own, so each has its own position. */
export interface CursorKey {
  /** The node's Ed25519 key in hex. */
  readonly node: string
  readonly account: AccountId
  readonly namespace: number
}

export interface Cursor extends CursorKey {
  /** The last message that was read there. */
  readonly hash: string
}

export interface InboxChange {
  readonly messages: readonly Message[]
  readonly seen: readonly SeenHash[]
  readonly cursors: readonly Cursor[]
}

export interface MessageQuery {
  readonly conversation?: AccountId
  readonly direction?: Message['direction']
  readonly unreadOnly?: boolean
}

export interface ConversationCounts {
  readonly received: number
  readonly sent: number
}

/** What accounts sent to whom we never wrote. */
export interface StrangerCounts {
  readonly conversations: number
  readonly messages: number
}

export interface MessageStore {
  /**
   * All or nothing, so that a cursor never passes a message that was not kept. A message whose hash, or whose author
   * and time, is there already changes nothing. Gives those that were new.
   */
  commit(change: InboxChange): Promise<readonly Message[]>
  /** Oldest first, by the earlier of both times: a time in the future cannot hold the end of the list. */
  list(query: MessageQuery): Promise<readonly StoredMessage[]>
  markRead(hashes: readonly string[]): Promise<void>
  /** Which of these are neither messages nor seen. */
  findUnseen(hashes: readonly string[]): Promise<ReadonlySet<string>>
  /** Removes what expired before `nowMs`, and beyond `limit` what expires first. */
  forgetSeen(nowMs: number, limit: number): Promise<void>
  findCursor(key: CursorKey): Promise<string | undefined>
  deleteCursor(key: CursorKey): Promise<void>
  countConversation(conversation: AccountId): Promise<ConversationCounts>
  countStrangers(): Promise<StrangerCounts>
}
