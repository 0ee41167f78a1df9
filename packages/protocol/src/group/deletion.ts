/**
 * Which messages of a group are to go (spec 14 §6.5).
 *
 * @module
 */

import type { AccountId } from '@sotto/crypto/identity'
import type { GroupInfo } from '../config/index.ts'
import type { DeletionNotice } from './group-notice.ts'

export interface GroupMessageTrace {
  readonly author: AccountId
  readonly hash: string
  readonly sentAtMs: number
}

export interface SentDeletion {
  readonly notice: DeletionNotice
  /** Who wrote the notice. */
  readonly author: AccountId
  readonly sentAtMs: number
}

const SECOND_MS = 1000

/** Without an admin's signature everybody deletes what is his own, and nothing else. */
export function isDeletedBy(
  { notice, author, sentAtMs }: SentDeletion,
  message: GroupMessageTrace,
): boolean {
  // What was written after the notice was not meant by it.
  if (message.sentAtMs > sentAtMs) return false
  const isNamed = notice.hashes.includes(message.hash)
  if (!notice.isByAdmin) return isNamed && message.author === author
  return isNamed || notice.members.includes(message.author)
}

/** Admins let everything go that was sent before a moment. */
export function isDeletedByInfo(
  info: Pick<GroupInfo, 'deleteBeforeSeconds'>,
  { sentAtMs }: Pick<GroupMessageTrace, 'sentAtMs'>,
): boolean {
  return sentAtMs <= info.deleteBeforeSeconds * SECOND_MS
}

/** The same for files, while the texts stay. */
export function isFileDeletedByInfo(
  info: Pick<GroupInfo, 'deleteBeforeSeconds' | 'deleteAttachmentsBeforeSeconds'>,
  message: Pick<GroupMessageTrace, 'sentAtMs'>,
): boolean {
  const isOld = message.sentAtMs <= info.deleteAttachmentsBeforeSeconds * SECOND_MS
  return isOld || isDeletedByInfo(info, message)
}
