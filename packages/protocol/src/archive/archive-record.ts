/**
 * What an archive is made of (spec 16 §4): one record for each thing that a history knows. Their bytes are `encode-record.ts` and
 * `decode-record.ts`; what becomes of them in a history is the client's part.
 *
 * @module
 */

import type { AccountId } from '@sotto/crypto/identity'
import type { GroupId } from '../config/index.ts'
import type { CommunityLink, ConversationTimer, MessageRef } from '../session/index.ts'

export type ArchivedConversation = AccountId | GroupId

/** Names one message on all devices (spec 05 §5.4). */
export interface ArchivedName extends MessageRef {
  readonly conversation: ArchivedConversation
}

/** Spec 16 §4.3. */
export const ARCHIVED_KINDS = ['message', 'timer', 'screenshot', 'media_saved', 'call'] as const
/** Spec 16 §4.3. What waits to be sent is archived as failed: an archive has no outbox. */
export const ARCHIVED_STATES = ['received', 'sent', 'failed'] as const
/** Spec 16 §4.3. */
export const ARCHIVED_TIMERS = ['off', 'after_read', 'after_send'] as const

/** A file that a message points to; the file itself is not in an archive. */
export interface ArchivedFile {
  readonly url: string
  readonly contentType: string
  readonly size: number
  readonly fileName: string
  readonly caption: string
  readonly width: number
  readonly height: number
  readonly isVoice: boolean
  /** In hexadecimal. */
  readonly key: string
  /** In hexadecimal. */
  readonly digest: string
}

export interface ArchivedDetails {
  readonly quote?: MessageRef
  readonly preview?: { readonly url: string; readonly title: string }
  readonly invitation?: CommunityLink
  readonly attachments?: readonly ArchivedFile[]
}

export interface ArchivedMessage extends ArchivedName {
  readonly kind: (typeof ARCHIVED_KINDS)[number]
  readonly state: (typeof ARCHIVED_STATES)[number]
  readonly text: string
  readonly details: ArchivedDetails
  readonly receivedAtMs: number
  readonly timer: ConversationTimer
  readonly isReadByThem: boolean
  readonly hash?: string
  readonly editedAtMs?: number
  readonly readAtMs?: number
  readonly expiresAtMs?: number
}

export interface ArchivedReaction {
  readonly target: ArchivedName
  readonly reactor: AccountId
  readonly emoji: string
  readonly isRemoved: boolean
  readonly changedAtMs: number
}

export interface ArchivedProfile {
  readonly account: AccountId
  readonly name: string
  readonly pictureUrl: string
  readonly pictureKey: Uint8Array
  readonly changedAtMs: number
}

/** Whose archive it is. */
export interface ArchiveOwner {
  readonly account: AccountId
  readonly createdAtMs: number
}

export type ArchiveRecord =
  | { readonly kind: 'owner'; readonly owner: ArchiveOwner }
  | { readonly kind: 'seed'; readonly seed: Uint8Array }
  | { readonly kind: 'message'; readonly message: ArchivedMessage }
  | { readonly kind: 'reaction'; readonly reaction: ArchivedReaction }
  | { readonly kind: 'tombstone'; readonly name: ArchivedName; readonly endsAtMs: number }
  | { readonly kind: 'draft'; readonly conversation: ArchivedConversation; readonly text: string }
  | { readonly kind: 'profile'; readonly profile: ArchivedProfile }
  | {
      readonly kind: 'config'
      readonly owner: ArchivedConversation
      readonly namespace: number
      readonly dump: Uint8Array
    }

/**
 * What a reader finds: a record, one that a newer version wrote and this one cannot understand, or one that breaks the rules of its
 * kind. Both of the latter are counted and passed over (spec 16 §5.2).
 */
export type ArchiveEntry =
  | ArchiveRecord
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed' }

/** Spec 16 §3.2. */
export const RECORD_KIND = {
  padding: 0,
  owner: 1,
  seed: 2,
  message: 3,
  reaction: 4,
  tombstone: 5,
  draft: 6,
  profile: 7,
  config: 8,
} as const
/** Spec 16 §3.2. Who does not know a kind from here on cannot read the archive. */
export const RECORD_KIND_ESSENTIAL = 128
/** Spec 16 §3.1. */
export const RECORD_BYTES_MAX = 8_388_608
/** Spec 16 §3.1. */
export const RECORD_PREFIX_BYTES = 5
/** Spec 16 §2.3. */
export const ARCHIVE_CHUNK_BYTES = 65_536
