/**
 * What is owed to a group after a round: members answer the invitation, admins answer members, finish removals that were
 * begun anywhere, and settle keys on which they disagreed (spec 14 §4.6, §6.6). Each admin does all of it; those who see the same
 * write the same.
 *
 * @module
 */
import { type Result, ok } from '@sotto/crypto/result'
import type { ClientError } from '../../errors.ts'
import { callGroup } from './call-group.ts'
import { composeDelete } from './compose-requests.ts'
import { composeNotice } from './compose-notice.ts'
import type { GroupParts } from './group-parts.ts'
import { applyMemberTasks } from './note-members.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'
import { changeGroup } from './push-group.ts'
import { finishRemovals, listRemovals } from './remove-members.ts'

const ANSWER_LIFE_MS: number = 30 * 24 * 60 * 60 * 1000

export async function tendGroup(
  group: OpenGroup,
  context: GroupContext,
  obsoleteHashes: readonly string[],
): Promise<Result<void, ClientError>> {
  if (group.access.admin === undefined) return answerInvitation(group, context.parts)
  if (obsoleteHashes.length > 0) await deleteInSwarm(group, context.parts, obsoleteHashes)
  acceptPromotion(group, context.parts)
  applyMemberTasks(group)
  if (listRemovals(group).length > 0) return finishRemovals(group, context)
  const { configs } = group
  if (configs.keys.needsRekey)
    return changeGroup(group, context, () => ({ keys: [configs.rekey()] }))
  if (configs.listUnsent().length === 0) return ok(undefined)
  return changeGroup(group, context, () => ({}))
}

/** Deleting twice deletes nothing more; what is not deleted now ends by itself. */
async function deleteInSwarm(
  { access }: OpenGroup,
  parts: GroupParts,
  hashes: readonly string[],
): Promise<void> {
  const compose = () => [composeDelete(access, hashes)]
  await callGroup({ account: access.accountBytes, compose, isEnough: () => true }, parts)
}

/** Only who was promoted can say that it arrived. */
function acceptPromotion({ configs }: OpenGroup, { account }: GroupParts): void {
  const own = configs.members.find(account.accountId)
  if (own === undefined) return
  if (own.isAdmin && own.promotion === 'accepted' && own.invite === 'accepted') return
  configs.members.update(account.accountId, {
    isAdmin: true,
    promotion: 'accepted',
    invite: 'accepted',
  })
}

/** Once: an admin takes note of it in the members' configuration. */
async function answerInvitation(
  group: OpenGroup,
  parts: GroupParts,
): Promise<Result<void, ClientError>> {
  const { account, history, configs, time } = parts
  const own = group.configs.members.find(account.accountId)
  const joinedAtSeconds = configs.groups.groups.find(group.id)?.joinedAtSeconds ?? 0
  const name = `joined ${group.id} ${joinedAtSeconds}`
  if (own === undefined || own.invite === 'accepted' || history.arrivals.isSeen(name))
    return ok(undefined)
  const compose = composeNotice(group, { kind: 'joined' }, parts)
  const call = { account: group.access.accountBytes, compose, isEnough: () => true }
  const stored = await callGroup(call, parts)
  if (!stored.ok) return stored
  history.arrivals.markSeen(name, time.now() + ANSWER_LIFE_MS)
  return ok(undefined)
}
