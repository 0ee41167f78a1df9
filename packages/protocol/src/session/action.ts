/**
 * What a content asks its receiver to do: one kind of action each, with everything checked that can be checked without
 * knowing the conversation (spec 05 §5.4).
 *
 * @module
 */

import type { AccountId } from '@sotto/crypto/identity'
import type { AttachmentPointer, CallMessage, GroupUpdateMessage } from './generated/session_pb.ts'

/** Names a message for everyone who has it: one author never uses a time twice. */
export interface MessageRef {
  readonly author: AccountId
  readonly sentAtMs: number
}

/** How the sender wants to be shown. */
export interface SenderProfile {
  readonly displayName?: string
  readonly pictureUrl?: string
  readonly updatedAtSeconds?: number
  readonly key?: Uint8Array
}

/** How long messages of a conversation live (spec 05 §5.7). */
export interface ConversationTimer {
  readonly mode: 'off' | 'after_read' | 'after_send'
  /** Zero when the mode is `off`. */
  readonly seconds: number
}

export interface LinkPreview {
  readonly url: string
  readonly title: string
  readonly image?: AttachmentPointer
}

export interface CommunityLink {
  readonly url: string
  readonly name: string
}

export interface MessageAction {
  readonly kind: 'message'
  /** Empty only beside attachments or an invitation. */
  readonly text: string
  readonly quote?: MessageRef
  /** Set when the text replaces that of an earlier message of the same author; `quote` names the same one. */
  readonly edits?: MessageRef
  readonly attachments: readonly AttachmentPointer[]
  readonly preview?: LinkPreview
  readonly invitation?: CommunityLink
  readonly profile?: SenderProfile
}

export interface ReactionAction {
  readonly kind: 'reaction'
  readonly target: MessageRef
  readonly emoji: string
  readonly isRemoved: boolean
}

/** Somebody set the timer that goes with this content. */
export interface TimerAction {
  readonly kind: 'timer'
  readonly profile?: SenderProfile
}

export interface ReadAction {
  readonly kind: 'read'
  /** Of messages that the receiver sent. */
  readonly sentAtMs: readonly number[]
}

export interface TypingAction {
  readonly kind: 'typing'
  readonly isTyping: boolean
}

export interface UnsendAction {
  readonly kind: 'unsend'
  readonly target: MessageRef
}

export interface RequestAcceptedAction {
  readonly kind: 'request_accepted'
  readonly profile?: SenderProfile
}

export interface ExtractionAction {
  readonly kind: 'screenshot' | 'media_saved'
}

export interface CallAction {
  readonly kind: 'call'
  readonly call: CallMessage
}

export interface GroupAction {
  readonly kind: 'group'
  readonly update: GroupUpdateMessage
  readonly profile?: SenderProfile
}

/** Nothing that this version knows; to be kept quiet about. */
export interface UnknownAction {
  readonly kind: 'unknown'
}

export type SessionAction =
  | MessageAction
  | ReactionAction
  | TimerAction
  | ReadAction
  | TypingAction
  | UnsendAction
  | RequestAcceptedAction
  | ExtractionAction
  | CallAction
  | GroupAction
  | UnknownAction
