/**
 * What a group's members are told about the group itself (spec 14 §6.3). Except for deletions these are only shown: what
 * the group is, its configurations say.
 *
 * @module
 */

import { create } from '@bufbuild/protobuf'
import { type AccountId, parseAccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import type { GroupAdmin } from '@sotto/crypto/session'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import {
  GroupInfoChange_Type,
  GroupMemberChange_Type,
  type GroupUpdateMessage,
  GroupUpdateMessageSchema,
} from '../session/index.ts'
import { isStatementSigned, signStatement } from './admin-signature.ts'
import { GROUP_MEMBERS_MAX } from './limits.ts'

export type GroupNotice =
  | { readonly kind: 'name_changed'; readonly name: string }
  | { readonly kind: 'picture_changed' }
  /** 0 for messages that stay. */
  | { readonly kind: 'expiry_changed'; readonly expirySeconds: number }
  | {
      readonly kind: 'members_changed'
      readonly change: 'added' | 'removed' | 'promoted'
      readonly members: readonly AccountId[]
      readonly isHistoryShared: boolean
    }
  | DeletionNotice
  /** Somebody asks to be removed. */
  | { readonly kind: 'leaving' }
  | { readonly kind: 'left' }
  | { readonly kind: 'joined' }

export interface DeletionNotice {
  readonly kind: 'deletion'
  readonly members: readonly AccountId[]
  readonly hashes: readonly string[]
  /** Without an admin's signature it is about the author's own messages. */
  readonly isByAdmin: boolean
}

export interface NoticeOrigin {
  readonly groupKey: Ed25519PublicKey
  /** Of the message that carries it. */
  readonly sentAtMs: number
}

const CHANGES = {
  [GroupMemberChange_Type.ADDED]: 'added',
  [GroupMemberChange_Type.REMOVED]: 'removed',
  [GroupMemberChange_Type.PROMOTED]: 'promoted',
} as const
const CHANGE_TYPES = {
  added: GroupMemberChange_Type.ADDED,
  removed: GroupMemberChange_Type.REMOVED,
  promoted: GroupMemberChange_Type.PROMOTED,
} as const
/** Spec 14 §6.3. */
const DELETED_HASHES_MAX = 1024

type Reading = Result<GroupNotice, ProtocolError>

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}

/** `admin` signs where a signature is asked for; a deletion without one is about the author's own messages. */
export function createGroupNotice(
  notice: GroupNotice,
  { admin, sentAtMs }: { readonly admin?: GroupAdmin; readonly sentAtMs: number },
): GroupUpdateMessage {
  return create(GroupUpdateMessageSchema, encodeNotice(notice, { admin, sentAtMs }))
}

type UpdateInput = Parameters<typeof create<typeof GroupUpdateMessageSchema>>[1]
interface Signer {
  readonly admin: GroupAdmin | undefined
  readonly sentAtMs: number
}

function encodeNotice(notice: GroupNotice, signer: Signer): UpdateInput {
  switch (notice.kind) {
    case 'name_changed': {
      const change = encodeInfo(GroupInfoChange_Type.NAME, signer)
      return { infoChangeMessage: { ...change, updatedName: notice.name } }
    }
    case 'picture_changed':
      return { infoChangeMessage: encodeInfo(GroupInfoChange_Type.AVATAR, signer) }
    case 'expiry_changed': {
      const change = encodeInfo(GroupInfoChange_Type.DISAPPEARING_MESSAGES, signer)
      return { infoChangeMessage: { ...change, updatedExpiration: notice.expirySeconds } }
    }
    case 'members_changed':
      return { memberChangeMessage: encodeMembers(notice, signer) }
    case 'deletion':
      return { deleteMemberContent: encodeDeletion(notice, signer) }
    case 'leaving':
      return { memberLeftMessage: {} }
    case 'left':
      return { memberLeftNotificationMessage: {} }
    case 'joined':
      return { inviteResponse: { isApproved: true } }
  }
}

function requireAdmin({ admin }: Signer): GroupAdmin {
  if (admin === undefined) throw new TypeError('only an admin says so')
  return admin
}

function encodeInfo(
  type: GroupInfoChange_Type,
  signer: Signer,
): { type: GroupInfoChange_Type; adminSignature: Uint8Array } {
  const statement = { kind: 'info_change', type } as const
  return { type, adminSignature: signStatement(requireAdmin(signer), statement, signer.sentAtMs) }
}

function encodeMembers(
  { change, members, isHistoryShared }: Extract<GroupNotice, { kind: 'members_changed' }>,
  signer: Signer,
): NonNullable<UpdateInput>['memberChangeMessage'] {
  const type = CHANGE_TYPES[change]
  const statement = { kind: 'member_change', type } as const
  return {
    type,
    memberSessionIds: [...members],
    ...(isHistoryShared && { historyShared: true }),
    adminSignature: signStatement(requireAdmin(signer), statement, signer.sentAtMs),
  }
}

function encodeDeletion(
  notice: DeletionNotice,
  signer: Signer,
): NonNullable<UpdateInput>['deleteMemberContent'] {
  const { members, hashes, isByAdmin } = notice
  const content = { memberSessionIds: [...members], messageHashes: [...hashes] }
  if (!isByAdmin) return content
  const adminSignature = signStatement(requireAdmin(signer), notice, signer.sentAtMs)
  return { ...content, adminSignature }
}

/** Reads what a member wrote. `undefined` when it holds no notice, as an invitation does. Total. */
export function readGroupNotice(
  update: GroupUpdateMessage,
  origin: NoticeOrigin,
): Reading | undefined {
  if (update.infoChangeMessage !== undefined) return readInfo(update.infoChangeMessage, origin)
  if (update.memberChangeMessage !== undefined) {
    return readMembers(update.memberChangeMessage, origin)
  }
  if (update.deleteMemberContent !== undefined) {
    return readDeletion(update.deleteMemberContent, origin)
  }
  if (update.memberLeftMessage !== undefined) return ok({ kind: 'leaving' })
  if (update.memberLeftNotificationMessage !== undefined) return ok({ kind: 'left' })
  // Nobody is told of a refusal.
  return update.inviteResponse?.isApproved === true ? ok({ kind: 'joined' }) : undefined
}

function readInfo(
  change: NonNullable<GroupUpdateMessage['infoChangeMessage']>,
  { groupKey, sentAtMs }: NoticeOrigin,
): Reading {
  const { type, adminSignature: signature, updatedName, updatedExpiration } = change
  const statement = { kind: 'info_change', type } as const
  if (!isStatementSigned({ groupKey, statement, sentAtMs, signature })) {
    return refuse('group_signature', 'info change')
  }
  switch (type) {
    case GroupInfoChange_Type.NAME:
      return ok({ kind: 'name_changed', name: updatedName })
    case GroupInfoChange_Type.AVATAR:
      return ok({ kind: 'picture_changed' })
    case GroupInfoChange_Type.DISAPPEARING_MESSAGES:
      return ok({ kind: 'expiry_changed', expirySeconds: updatedExpiration })
  }
}

function readMembers(
  message: NonNullable<GroupUpdateMessage['memberChangeMessage']>,
  { groupKey, sentAtMs }: NoticeOrigin,
): Reading {
  const { type, adminSignature: signature } = message
  const statement = { kind: 'member_change', type } as const
  if (!isStatementSigned({ groupKey, statement, sentAtMs, signature })) {
    return refuse('group_signature', 'member change')
  }
  const members = readAccounts(message.memberSessionIds)
  if (members === undefined || members.length === 0) return refuse('group_malformed', 'members')
  const isHistoryShared = message.historyShared
  return ok({ kind: 'members_changed', change: CHANGES[type], members, isHistoryShared })
}

/** A signature that does not hold makes the whole worthless: nobody honest writes one. */
function readDeletion(
  message: NonNullable<GroupUpdateMessage['deleteMemberContent']>,
  { groupKey, sentAtMs }: NoticeOrigin,
): Reading {
  const { memberSessionIds, messageHashes: hashes, adminSignature: signature } = message
  if (hashes.length > DELETED_HASHES_MAX) return refuse('group_limit', `${hashes.length} hashes`)
  const members = readAccounts(memberSessionIds)
  if (members === undefined) return refuse('group_malformed', 'members')
  const isByAdmin = signature.length > 0
  // As written: what was signed need not be in lower case.
  const statement = { kind: 'deletion', members: memberSessionIds, hashes } as const
  if (isByAdmin && !isStatementSigned({ groupKey, statement, sentAtMs, signature })) {
    return refuse('group_signature', 'deletion')
  }
  return ok({ kind: 'deletion', members, hashes, isByAdmin })
}

function readAccounts(texts: readonly string[]): readonly AccountId[] | undefined {
  if (texts.length > GROUP_MEMBERS_MAX) return undefined
  const accounts: AccountId[] = []
  for (const text of texts) {
    const account = parseAccountId(text)
    if (!account.ok) return undefined
    accounts.push(account.value)
  }
  return accounts
}
