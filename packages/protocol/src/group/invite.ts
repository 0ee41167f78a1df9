/**
 * What an admin sends to one account to make it a member, or an admin (spec 14 §6.2). Both go between two accounts,
 * sealed as any other message (spec 05).
 *
 * @module
 */

import { create } from '@bufbuild/protobuf'
import type { AccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  createMemberAuth,
  deriveGroupAdmin,
  type GroupAdmin,
  type MemberAuth,
  type MemberGrant,
  openMemberAuth,
} from '@sotto/crypto/session'
import { ED25519_KEY_BYTES } from '@sotto/crypto/signing'
import type { GroupId } from '../config/index.ts'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { type GroupUpdateMessage, GroupUpdateMessageSchema } from '../session/index.ts'
import { isStatementSigned, signStatement } from './admin-signature.ts'
import { encodeGroupId, groupIdKey, parseGroupId } from './group-id.ts'

export interface InviteDraft extends MemberGrant {
  readonly admin: GroupAdmin
  readonly name: string
  /** Of the message that carries it. */
  readonly sentAtMs: number
}

export interface GroupInvite {
  readonly groupId: GroupId
  readonly name: string
  readonly auth: MemberAuth
  /** As the configuration of groups keeps it. */
  readonly authBytes: Uint8Array
}

export interface GroupPromotion {
  readonly groupId: GroupId
  readonly name: string
  readonly admin: GroupAdmin
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}

export function createInvite(draft: InviteDraft): GroupUpdateMessage {
  const { admin, member, name, sentAtMs } = draft
  return create(GroupUpdateMessageSchema, {
    inviteMessage: {
      groupSessionId: encodeGroupId(admin.signing.publicKey),
      name,
      memberAuthData: createMemberAuth(admin, draft),
      adminSignature: signStatement(admin, { kind: 'invite', member }, sentAtMs),
    },
  })
}

/** `undefined` when there is no invitation in it. Total. */
export function readInvite(
  update: GroupUpdateMessage,
  { member, sentAtMs }: { readonly member: AccountId; readonly sentAtMs: number },
): Result<GroupInvite, ProtocolError> | undefined {
  const invite = update.inviteMessage
  if (invite === undefined) return undefined
  const groupId = parseGroupId(invite.groupSessionId)
  if (groupId === undefined) return refuse('group_malformed', 'group id')
  const groupKey = groupIdKey(groupId)
  const signature = invite.adminSignature
  const statement = { kind: 'invite', member } as const
  if (!isStatementSigned({ groupKey, statement, sentAtMs, signature })) {
    return refuse('group_signature', 'invite')
  }
  const authBytes = Uint8Array.from(invite.memberAuthData)
  const auth = openMemberAuth({ groupKey, member, bytes: authBytes })
  if (auth === undefined) return refuse('group_signature', 'grant')
  return ok({ groupId, name: invite.name, auth, authBytes })
}

/** It gives the group away: whoever reads it leads the group. */
export function createPromotion(admin: GroupAdmin, name: string): GroupUpdateMessage {
  return create(GroupUpdateMessageSchema, {
    promoteMessage: { groupIdentitySeed: admin.signing.seed, name },
  })
}

/**
 * `undefined` when there is no promotion in it. It needs no signature, because the seed is the group: a stranger can
 * only give a group of his own.
 */
export function readPromotion(
  update: GroupUpdateMessage,
): Result<GroupPromotion, ProtocolError> | undefined {
  const promotion = update.promoteMessage
  if (promotion === undefined) return undefined
  const { groupIdentitySeed: seed, name } = promotion
  if (seed.length !== ED25519_KEY_BYTES) return refuse('group_malformed', 'seed')
  const admin = deriveGroupAdmin(Uint8Array.from(seed))
  return ok({ groupId: encodeGroupId(admin.signing.publicKey), name, admin })
}
