/**
 * Ways out of a group for the one who goes: a member asks the admins to be taken out, an admin takes himself out, and the last
 * one ends the group (spec 14 §6.6).
 *
 * @module
 */
import { type Result, err } from '@sotto/crypto/result'
import { ClientError } from '../../errors.ts'
import { callGroup } from './call-group.ts'
import { changeInfo } from './change-info.ts'
import { composeNotice } from './compose-notice.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'
import { finishRemovals } from './remove-members.ts'

/** What did not reach the swarm is not done: others would still count this account in. */
export async function leaveGroup(
  group: OpenGroup,
  context: GroupContext,
): Promise<Result<void, ClientError>> {
  const { admin } = group.access
  const left =
    admin === undefined ? await askToLeave(group, context) : await removeSelf(group, context)
  if (!left.ok) return left
  const { configs } = context.parts
  configs.transact(() => {
    configs.groups.groups.erase(group.id)
    context.groups.forget(group.id)
  })
  return left
}

async function askToLeave(
  group: OpenGroup,
  { parts }: GroupContext,
): Promise<Result<void, ClientError>> {
  const ask = composeNotice(group, { kind: 'leaving' }, parts)
  const tell = composeNotice(group, { kind: 'left' }, parts)
  const compose = (nowMs: number) => [...ask(nowMs), ...tell(nowMs)]
  if (compose(parts.time.now()).length === 0) return err(new ClientError('group_key_missing'))
  const call = { account: group.access.accountBytes, compose, isEnough: () => true }
  const stored = await callGroup(call, parts)
  return stored.ok ? { ok: true, value: undefined } : stored
}

function removeSelf(group: OpenGroup, context: GroupContext): Promise<Result<void, ClientError>> {
  const { members } = group.configs
  const own = context.parts.account.accountId
  const hasOther = members.list().some(([id, { isAdmin }]) => isAdmin && id !== own)
  if (!hasOther) return Promise.resolve(err(new ClientError('group_last_admin')))
  members.update(own, { removal: 'member' })
  return finishRemovals(group, context)
}

/** For everybody: whoever reads it leaves. */
export async function destroyGroup(
  group: OpenGroup,
  context: GroupContext,
): Promise<Result<void, ClientError>> {
  const destroyed = await changeInfo(group, { changes: { isDestroyed: true } }, context)
  if (!destroyed.ok) return destroyed
  const { configs } = context.parts
  configs.transact(() => {
    const removed = 'destroyed'
    configs.groups.groups.update(group.id, { removed, adminSeed: null, memberAuth: null })
    context.groups.forget(group.id)
  })
  return destroyed
}
