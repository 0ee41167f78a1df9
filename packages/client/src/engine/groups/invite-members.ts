/**
 * Brings accounts into a group: keys for them, their tokens valid again, their names among the members, and then the
 * invitations (spec 14 §4.7, §6.6).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import { deriveSubaccountToken } from '@sotto/crypto/session'
import {
  GROUP_MEMBERS_MAX,
  GROUP_STORED_BYTES_MAX,
  type GroupNotice,
  type KeysPush,
} from '@sotto/protocol/group'
import { ClientError } from '../../errors.ts'
import { composeNotice } from './compose-notice.ts'
import { composeRevocations, type GroupRequest } from './compose-requests.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'
import { changeGroup } from './push-group.ts'
import { requireAdmin } from './require-admin.ts'
import { sendOffers } from './send-offers.ts'

/** What one key takes in a supplement, and what a recipient takes beside keys; both rounded up. */
const KEY_BYTES = 80
const RECIPIENT_BYTES = 60
/** The dict around them. */
const FRAME_BYTES = 200

export interface MembersToInvite {
  readonly members: readonly AccountId[]
  /** Whether they may read what was written before. */
  readonly sharesHistory: boolean
}

/** Also for those whose invitation got lost. Whether each went out stands in the group's members. */
export async function inviteMembers(
  group: OpenGroup,
  wish: MembersToInvite,
  context: GroupContext,
): Promise<Result<void, ClientError>> {
  const { configs } = group
  const members = [...new Set(wish.members)].filter((id) => {
    const member = configs.members.find(id)
    return member === undefined || member.invite !== 'accepted'
  })
  if (members.length === 0) return ok(undefined)
  const added = members.filter((id) => configs.members.find(id) === undefined)
  if (configs.members.list().length + added.length > GROUP_MEMBERS_MAX)
    return err(new ClientError('group_full'))
  if (configs.keys.generation < 0) return err(new ClientError('group_key_missing'))
  const { sharesHistory } = wish
  const changed = await context.groups.takeTurn(group.id, () =>
    changeGroup(group, context, () => {
      addMembers(group, { members, sharesHistory }, context)
      const keys = sharesHistory ? composeSupplements(group, members) : [configs.rekey()]
      return { keys, last: composeAdmission(group, { members, added, sharesHistory }, context) }
    }),
  )
  if (!changed.ok) return changed
  await sendOffers(group, { kind: 'invite', members }, context)
  return changed
}

export function addMembers(
  { configs }: OpenGroup,
  { members, sharesHistory }: MembersToInvite,
  { parts }: GroupContext,
): void {
  for (const id of members)
    configs.members.update(id, {
      name: parts.configs.contacts.find(id)?.name ?? '',
      invite: 'not_sent',
      hasSupplement: sharesHistory,
      removal: 'none',
    })
}

/** As many messages as it takes: each holds all keys once for every recipient. */
function composeSupplements(
  { configs }: OpenGroup,
  members: readonly AccountId[],
): readonly KeysPush[] {
  const recipientBytes = RECIPIENT_BYTES + configs.keys.state.keys.length * KEY_BYTES
  const step = Math.max(1, Math.floor((GROUP_STORED_BYTES_MAX - FRAME_BYTES) / recipientBytes))
  const supplements: KeysPush[] = []
  for (let start = 0; start < members.length; start += step)
    supplements.push(configs.keys.supplement(members.slice(start, start + step)))
  return supplements
}

function composeAdmission(
  group: OpenGroup,
  invited: MembersToInvite & { readonly added: readonly AccountId[] },
  { parts }: GroupContext,
): (nowMs: number) => readonly GroupRequest[] {
  const { access } = group
  const { members, added, sharesHistory: isHistoryShared } = invited
  const admin = requireAdmin(group)
  // Whoever was a member before may have been revoked.
  const tokens = members.map((member) => deriveSubaccountToken(admin, { member }))
  const change = { kind: 'members_changed', change: 'added', isHistoryShared } as const
  const notice: GroupNotice = { ...change, members: added }
  const tell = added.length === 0 ? () => [] : composeNotice(group, notice, parts)
  return (nowMs) => [
    ...composeRevocations(access, { method: 'unrevoke_subaccount', tokens }, nowMs),
    ...tell(nowMs),
  ]
}
