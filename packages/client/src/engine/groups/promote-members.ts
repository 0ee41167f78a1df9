/**
 * Makes members admins: they get the group's seed, for good (spec 14 §6.2).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, err } from '@sotto/crypto/result'
import { ClientError } from '../../errors.ts'
import { composeNotice } from './compose-notice.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'
import { changeGroup } from './push-group.ts'
import { sendOffers } from './send-offers.ts'

/** Also for those whose promotion got lost. */
export async function promoteMembers(
  group: OpenGroup,
  members: readonly AccountId[],
  context: GroupContext,
): Promise<Result<void, ClientError>> {
  const { configs } = group
  const known = members.map((id) => configs.members.find(id))
  const isMeant = known.every(
    (member) => member?.removal === 'none' && (!member.isAdmin || member.promotion !== 'accepted'),
  )
  if (members.length === 0 || !isMeant) return err(new ClientError('group_member_unknown'))
  const added = members.filter((id) => configs.members.find(id)?.isAdmin !== true)
  const changed = await context.groups.takeTurn(group.id, () =>
    changeGroup(group, context, () => {
      for (const id of members) configs.members.update(id, { isAdmin: true, promotion: 'not_sent' })
      const change = { kind: 'members_changed', change: 'promoted' } as const
      const notice = { ...change, members: added, isHistoryShared: false }
      return added.length === 0 ? {} : { last: composeNotice(group, notice, context.parts) }
    }),
  )
  if (changed.ok) await sendOffers(group, { kind: 'promotion', members }, context)
  return changed
}
