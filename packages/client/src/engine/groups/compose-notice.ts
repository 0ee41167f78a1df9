/**
 * Seals what is said in a group: what members write, and notices about the group itself (spec 14 §5, §6.3).
 *
 * @module
 */
import { type Result, err, ok } from '@sotto/crypto/result'
import {
  composeGroupContent,
  createGroupNotice,
  createUpdateContent,
  type GroupNotice,
} from '@sotto/protocol/group'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { Content } from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import { composeStore, type GroupRequest } from './compose-requests.ts'
import { GROUP_MESSAGES_NAMESPACE } from './group-namespaces.ts'
import type { GroupParts } from './group-parts.ts'
import type { OpenGroup } from './open-groups.ts'

export function sealContent(
  { access, configs }: OpenGroup,
  { content, sentAtMs }: { readonly content: Content; readonly sentAtMs: number },
  { account, compression, randomness }: GroupParts,
): Result<Uint8Array, ClientError> {
  const [secret] = configs.keys.secrets
  if (secret === undefined) return err(new ClientError('group_key_missing'))
  const { groupKey } = access
  const seal = { groupKey, secret, author: account, compression, content, sentAtMs }
  const sealed = composeGroupContent(seal, randomness)
  if (sealed.ok) return ok(sealed.value)
  return err(new ClientError('message_too_large', '', { cause: sealed.error }))
}

/** The request that stores a notice, sealed with the newest key that this device has; the same bytes at each attempt. */
export function composeNotice(
  group: OpenGroup,
  notice: GroupNotice,
  parts: GroupParts,
): (nowMs: number) => readonly GroupRequest[] {
  const sentAtMs = parts.history.outbox.reserveTime(parts.time.now())
  const { admin } = group.access
  const update = createGroupNotice(notice, { ...(admin && { admin }), sentAtMs })
  const sealed = sealContent(group, { content: createUpdateContent(update), sentAtMs }, parts)
  if (!sealed.ok) return () => []
  const store = {
    namespace: GROUP_MESSAGES_NAMESPACE,
    data: sealed.value,
    ttlMs: TTL_MAX_PUBLIC_INBOX_MS,
  }
  return (nowMs) => [composeStore(group.access, store, nowMs)]
}
