/**
 * Opens what a group's swarm gave, and says whether its author may be heard (spec 14 §5.2, §5.4).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { ConfigCompression } from '@sotto/protocol/config'
import { openGroupContent } from '@sotto/protocol/group'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import { readAction, readTimer } from '@sotto/protocol/session'
import type { Received } from '../receive/received.ts'
import type { OpenGroup } from './open-groups.ts'

/** `waiting` is for what may be understood when keys or members came; `refused` never is. */
export type GroupOpening =
  | { readonly kind: 'received'; readonly received: Received }
  | { readonly kind: 'waiting' | 'refused' }

const REFUSED: GroupOpening = { kind: 'refused' }
const WAITING: GroupOpening = { kind: 'waiting' }

export function openGroupReceived(
  group: OpenGroup,
  message: RetrievedMessage,
  compression: ConfigCompression,
): GroupOpening {
  const { access, configs, id } = group
  const { groupKey } = access
  const { secrets } = configs.keys
  const opened = openGroupContent({ groupKey, secrets, sealed: message.data, compression })
  if (!opened.ok) return opened.error.code === 'group_unopened' ? WAITING : REFUSED
  const { author, sentAtMs, content } = opened.value
  const standing = judgeAuthor(group, author, message.timestampMs)
  if (standing !== 'member') return standing === 'unknown' ? WAITING : REFUSED
  const action = readAction(content, author)
  if (!action.ok || sentAtMs <= 0) return REFUSED
  const { hash, expiryMs } = message
  const timer = readTimer(content)
  const received = { hash, expiryMs, sender: author, sentAtMs, timer, conversation: id }
  return { kind: 'received', received: { ...received, action: action.value } }
}

/**
 * Who was removed keeps the keys of his time, so that a seal proves nothing: without this he could write on at nodes that
 * missed the revocation. What he stored as a member was meant for all.
 */
function judgeAuthor(
  { configs, memory }: OpenGroup,
  author: AccountId,
  storedAtMs: number,
): 'member' | 'former' | 'unknown' {
  if (configs.members.find(author) !== undefined) return 'member'
  const endMs = memory.findEnd(author)
  if (endMs === undefined) return 'unknown'
  return storedAtMs < endMs ? 'member' : 'former'
}
