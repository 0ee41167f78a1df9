/**
 * How this account shows a group's swarm that it may: by the group's own key, or by the token that an admin granted (spec 14
 * §2).
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import {
  deriveGroupAdmin,
  type GroupAdmin,
  type MemberAuth,
  openMemberAuth,
  signAsMember,
} from '@sotto/crypto/session'
import { type Ed25519PublicKey, sign } from '@sotto/crypto/signing'
import type { GroupId, UserGroup } from '@sotto/protocol/config'
import { encodeGroupId, groupIdKey } from '@sotto/protocol/group'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { toAccountBytes } from '../messaging/account-bytes.ts'

/** The parameters of a request that prove who asks. */
export interface GroupSignature {
  readonly signature: Uint8Array
  readonly subaccount?: Uint8Array
  readonly subaccountSignature?: Uint8Array
}

export interface GroupAccess {
  readonly groupId: GroupId
  readonly accountBytes: AccountBytes
  readonly groupKey: Ed25519PublicKey
  /** Only who leads the group has it. */
  readonly admin?: GroupAdmin
  readonly sign: (text: Uint8Array) => GroupSignature
}

/** `undefined` without a seed or grant that fits: whoever is out keeps the record without both. */
export function openGroupAccess(
  account: Account,
  groupId: GroupId,
  { adminSeed, memberAuth }: Pick<UserGroup, 'adminSeed' | 'memberAuth'>,
): GroupAccess | undefined {
  const groupKey = groupIdKey(groupId)
  const base = { groupId, groupKey, accountBytes: toAccountBytes(groupId) }
  const admin = adminSeed === null ? undefined : findAdmin(adminSeed, groupId)
  if (admin !== undefined)
    return { ...base, admin, sign: (text) => ({ signature: sign(admin.signing, text) }) }
  const member = account.accountId
  const auth =
    memberAuth === null ? undefined : openMemberAuth({ groupKey, member, bytes: memberAuth })
  return auth && { ...base, sign: (text) => signWithToken(auth, account, text) }
}

/** A seed of another group would sign what nobody takes. */
function findAdmin(seed: Uint8Array, groupId: GroupId): GroupAdmin | undefined {
  const admin = deriveGroupAdmin(Uint8Array.from(seed))
  return encodeGroupId(admin.signing.publicKey) === groupId ? admin : undefined
}

function signWithToken(auth: MemberAuth, account: Account, text: Uint8Array): GroupSignature {
  return {
    signature: signAsMember(auth, account, text),
    subaccount: auth.token,
    subaccountSignature: auth.tokenSignature,
  }
}
