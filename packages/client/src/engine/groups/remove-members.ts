/**
 * Takes members out of a group: they are told, their tokens end, what they wrote goes if that was asked for, and the others
 * get a new key, in this order and in one request (spec 14 §6.4).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, err } from '@sotto/crypto/result'
import { deriveSubaccountToken } from '@sotto/crypto/session'
import type { GroupMember } from '@sotto/protocol/config'
import { createKickNotice } from '@sotto/protocol/group'
import { ClientError } from '../../errors.ts'
import { composeNotice } from './compose-notice.ts'
import { composeRevocations, composeStore, type GroupRequest } from './compose-requests.ts'
import { GROUP_KICKED_NAMESPACE } from './group-namespaces.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'
import { changeGroup } from './push-group.ts'
import { requireAdmin } from './require-admin.ts'

type Removal = readonly [AccountId, GroupMember]

/** Marked by any admin on any device, and not yet done. */
export function listRemovals({ configs }: OpenGroup): readonly Removal[] {
  return configs.members.list().filter(([, { removal }]) => removal !== 'none')
}

/** In one piece: without the new key a removal would only look like one. */
export function finishRemovals(
  group: OpenGroup,
  context: GroupContext,
): Promise<Result<void, ClientError>> {
  const { parts } = context
  const admin = requireAdmin(group)
  const removals = listRemovals(group)
  const members = removals.map(([id]) => id)
  const deleted = removals.filter(([, { removal }]) => removal === 'member_and_messages')
  const { generation } = group.configs.keys
  const data = createKickNotice(admin, { members, generation }, parts.randomness)
  const tokens = members.map((member) => deriveSubaccountToken(admin, { member }))
  const deletedIds = deleted.map(([id]) => id)
  return changeGroup(group, context, () => {
    for (const id of members) group.configs.members.erase(id)
    const keys = [group.configs.rekey()]
    const compose = (notice: Parameters<typeof composeNotice>[1]): typeof none =>
      composeNotice(group, notice, parts)
    const change = { kind: 'members_changed', change: 'removed', isHistoryShared: false } as const
    const told = compose({ ...change, members })
    const deletion = { kind: 'deletion', hashes: [], isByAdmin: true } as const
    const wipe = deletedIds.length > 0 ? compose({ ...deletion, members: deletedIds }) : none
    return {
      keys,
      first: (nowMs) => [
        composeStore(group.access, { namespace: GROUP_KICKED_NAMESPACE, data }, nowMs),
        ...composeRevocations(group.access, { method: 'revoke_subaccount', tokens }, nowMs),
      ],
      last: (nowMs) => [...wipe(nowMs), ...told(nowMs)],
    }
  })
}

function none(_nowMs: number): readonly GroupRequest[] {
  return []
}

export interface MembersToRemove {
  readonly members: readonly AccountId[]
  /** Whether what they wrote goes too. */
  readonly deletesMessages: boolean
}

/**
 * Marked before anything is sent: if it does not arrive, every later round of this device tries again. Admins stay, because
 * nothing takes the seed from them.
 */
export async function removeMembers(
  group: OpenGroup,
  { members, deletesMessages }: MembersToRemove,
  context: GroupContext,
): Promise<Result<void, ClientError>> {
  const { configs } = group
  const isMeant = members.every((id) => configs.members.find(id)?.isAdmin === false)
  if (members.length === 0 || !isMeant) return err(new ClientError('group_member_unknown'))
  const removal = deletesMessages ? 'member_and_messages' : 'member'
  for (const id of members) configs.members.update(id, { removal })
  context.parts.history.transaction(() => {
    context.groups.save(group)
  })
  return finishRemovals(group, context)
}
