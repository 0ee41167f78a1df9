/**
 * Brings a group's swarm what an admin changed, in one request whose order lets everybody read what follows: what must come
 * first, keys, configurations, the deletion of what these replace, and what may come last (spec 14 §6.6).
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type ConfigPush, GROUP_CONFIGS, type GroupConfigDomain } from '@sotto/protocol/config'
import type { KeysPush } from '@sotto/protocol/group'
import { BATCH_REQUESTS_MAX } from '@sotto/protocol/rpc'
import { ClientError } from '../../errors.ts'
import { verifyReceipt } from '../messaging/store-receipt.ts'
import { callGroup, type GroupAnswer } from './call-group.ts'
import { composeDelete, composeStore, type GroupRequest } from './compose-requests.ts'
import { GROUP_KEYS_NAMESPACE } from './group-namespaces.ts'
import type { GroupParts } from './group-parts.ts'
import { noteMembers } from './note-members.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'

export interface GroupPush {
  /** New keys, and supplements. */
  readonly keys?: readonly KeysPush[]
  readonly first?: (nowMs: number) => readonly GroupRequest[]
  readonly last?: (nowMs: number) => readonly GroupRequest[]
}

interface DomainPush extends ConfigPush {
  readonly domain: GroupConfigDomain
}

/**
 * Makes a change and brings it to the swarm. What did not arrive has not happened: everything is as before, and if the
 * swarm has it in spite of that, the next round brings it.
 */
export async function changeGroup(
  group: OpenGroup,
  { parts, groups }: GroupContext,
  change: () => GroupPush,
): Promise<Result<void, ClientError>> {
  const { configs } = group
  const snapshot = configs.takeSnapshot()
  const before = configs.members.list().map(([id]) => id)
  const pushed = await pushGroup(group, change(), parts)
  if (pushed.ok) noteMembers(group, before, parts.time.now())
  else configs.restore(snapshot)
  parts.history.transaction(() => {
    groups.save(group)
  })
  return pushed
}

async function pushGroup(
  group: OpenGroup,
  { keys = [], first, last }: GroupPush,
  parts: GroupParts,
): Promise<Result<void, ClientError>> {
  const { access, configs } = group
  const pushes = preparePushes(group)
  if (!pushes.ok) return pushes
  const stores = [
    ...keys.map(({ bytes: data }) => ({ namespace: GROUP_KEYS_NAMESPACE, data })),
    ...pushes.value.flatMap(({ domain, messages }) => {
      const { namespace } = GROUP_CONFIGS[domain]
      return messages.map((data) => ({ namespace, data }))
    }),
  ]
  const account = access.accountBytes
  const hashes = stores.map((store) => deriveMessageHash({ account, ...store }))
  const obsolete = pushes.value.flatMap(({ obsoleteHashes }) => obsoleteHashes)
  let firstCount = 0
  let storedAtMs = 0
  const compose = (nowMs: number): readonly GroupRequest[] => {
    const before = first?.(nowMs) ?? []
    firstCount = before.length
    storedAtMs = nowMs
    return [
      ...before,
      ...stores.map((store) => composeStore(access, store, nowMs)),
      ...(obsolete.length === 0 ? [] : [composeDelete(access, obsolete)]),
      ...(last?.(nowMs) ?? []),
    ]
  }
  const count = compose(parts.time.now()).length
  if (count === 0) return ok(undefined)
  if (count > BATCH_REQUESTS_MAX) return err(new ClientError('message_too_large', `${count} parts`))
  const isEnough = (answer: GroupAnswer): boolean => areKept(answer, hashes, firstCount)
  const answer = await callGroup({ account, compose, isEnough }, parts)
  if (!answer.ok) return answer
  configs.receiveKeys(
    keys.map(({ bytes }, index) => ({ hash: hashes[index] ?? '', timestampMs: storedAtMs, bytes })),
  )
  let index = keys.length
  for (const { domain, seqno, messages } of pushes.value) {
    const own = hashes.slice(index, (index += messages.length))
    configs.config(domain).confirmPushed(seqno, own)
  }
  return ok(undefined)
}

function preparePushes({ configs }: OpenGroup): Result<readonly DomainPush[], ClientError> {
  const prepared: DomainPush[] = []
  for (const domain of configs.listUnsent()) {
    const push = configs.config(domain).push()
    if (!push.ok) return err(new ClientError('message_too_large', domain, { cause: push.error }))
    prepared.push({ ...push.value, domain })
  }
  return ok(prepared)
}

/** Whether each of them is kept by somebody. */
function areKept(
  { results, members }: GroupAnswer,
  hashes: readonly string[],
  firstCount: number,
): boolean {
  return hashes.every((hash, index) => {
    const reply = results[firstCount + index]?.body
    return verifyReceipt({ reply, hash, members }).length > 0
  })
}
