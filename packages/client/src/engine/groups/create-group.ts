/**
 * Makes a group: its seed into the account's configuration, its first key and its configurations into its swarm, then the
 * invitations (spec 14 §6.6).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import { createGroupSeed, deriveGroupAdmin } from '@sotto/crypto/session'
import type { GroupId } from '@sotto/protocol/config'
import { encodeGroupId, GROUP_MEMBERS_MAX } from '@sotto/protocol/group'
import { ClientError } from '../../errors.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { addMembers } from './invite-members.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'
import { changeGroup } from './push-group.ts'
import { sendOffers } from './send-offers.ts'

const SECOND_MS = 1000

export interface GroupToCreate {
  readonly name: string
  readonly members: readonly AccountId[]
  readonly description?: string
}

/** Succeeds when the group is there; whether each invitation went out stands in its members. */
export async function createGroup(
  { name, members, description = '' }: GroupToCreate,
  context: GroupContext,
): Promise<Result<GroupId, ClientError>> {
  const { account, configs, randomness, swarms, time } = context.parts
  const others = members.filter((id) => id !== account.accountId)
  if (name.trim() === '') return err(new ClientError('text_empty'))
  if (new Set(others).size >= GROUP_MEMBERS_MAX) return err(new ClientError('group_full'))
  const seed = createGroupSeed(randomness)
  const groupId = encodeGroupId(deriveGroupAdmin(Uint8Array.from(seed)).signing.publicKey)
  // The answer carries the network's time, which the group begins with.
  const swarm = await swarms.find(toAccountBytes(groupId))
  if (!swarm.ok) return swarm
  const createdAtSeconds = Math.floor(time.now() / SECOND_MS)
  configs.transact(() => {
    const joinedAtSeconds = createdAtSeconds
    configs.groups.groups.update(groupId, { name, adminSeed: seed, joinedAtSeconds })
  })
  const group = context.groups.find(groupId)
  if (group === undefined) throw new Error('a group that was just made')
  const created = await context.groups.takeTurn(groupId, () =>
    changeGroup(group, context, () => {
      group.configs.updateInfo({ name, description, createdAtSeconds })
      addCreator(group, context)
      addMembers(group, { members: others, sharesHistory: false }, context)
      return { keys: [group.configs.rekey()] }
    }),
  )
  if (!created.ok) {
    forgetGroup(groupId, context)
    return created
  }
  if (others.length > 0) await sendOffers(group, { kind: 'invite', members: others }, context)
  return ok(groupId)
}

function addCreator({ configs }: OpenGroup, { parts }: GroupContext): void {
  const { name } = parts.configs.profile
  configs.members.update(parts.account.accountId, { name, isAdmin: true })
}

/** Nobody was invited, so nobody misses it. */
function forgetGroup(groupId: GroupId, { groups, parts }: GroupContext): void {
  parts.configs.transact(() => {
    parts.configs.groups.groups.erase(groupId)
    groups.forget(groupId)
  })
}
