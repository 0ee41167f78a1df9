/**
 * Sends invitations and promotions to the accounts that they are for, some at a time, and notes in the members'
 * configuration which went out (spec 14 §6.2).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { InviteStanding } from '@sotto/protocol/config'
import { createInvite, createPromotion, createUpdateContent } from '@sotto/protocol/group'
import type { Content } from '@sotto/protocol/session'
import type { GroupContext, OpenGroup } from './open-groups.ts'
import { changeGroup } from './push-group.ts'
import { requireAdmin } from './require-admin.ts'

/** Each takes a path of its own; more at once would only wait for one another. */
const AT_ONCE = 6

export type OfferKind = 'invite' | 'promotion'

/** What did not go out stands there as failed, and is offered again when somebody asks. */
export async function sendOffers(
  group: OpenGroup,
  { kind, members }: { readonly kind: OfferKind; readonly members: readonly AccountId[] },
  context: GroupContext,
): Promise<void> {
  const standings = new Map<AccountId, InviteStanding>()
  const waiting = [...members]
  const sendSome = async (): Promise<void> => {
    for (let to = waiting.shift(); to !== undefined; to = waiting.shift()) {
      const compose = composeOffer(group, kind, to)
      const sent = await context.parts.sender.send({ to, compose, failsWithoutKeys: true })
      standings.set(to, sent.ok ? 'sent' : 'failed')
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, sendSome))
  await context.groups.takeTurn(group.id, () =>
    changeGroup(group, context, () => {
      for (const [id, standing] of standings) noteStanding(group, id, { kind, standing })
      return {}
    }),
  )
}

function composeOffer(
  group: OpenGroup,
  kind: OfferKind,
  member: AccountId,
): (sentAtMs: number) => Content {
  const admin = requireAdmin(group)
  const { name } = group.configs.info
  return (sentAtMs) =>
    createUpdateContent(
      kind === 'invite'
        ? createInvite({ admin, name, member, sentAtMs })
        : createPromotion(admin, name),
    )
}

/** Whoever answered or was removed in the meantime stays so. */
function noteStanding(
  { configs }: OpenGroup,
  id: AccountId,
  { kind, standing }: { readonly kind: OfferKind; readonly standing: InviteStanding },
): void {
  const member = configs.members.find(id)
  if (member !== undefined && member[kind] !== 'accepted')
    configs.members.update(id, { [kind]: standing })
}
