/**
 * Takes messages of a group back: everybody his own, admins any (spec 14 §6.5).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { DeletionNotice } from '@sotto/protocol/group'
import type { MessageRef } from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import { applyDeletion } from './apply-deletion.ts'
import { callGroup } from './call-group.ts'
import { composeNotice } from './compose-notice.ts'
import { composeDelete } from './compose-requests.ts'
import type { GroupOutcome } from './group-events.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'

/** Spec 14 §6.3. */
const HASHES_MAX = 1024

export interface ContentToDelete {
  readonly messages?: readonly MessageRef[]
  /** All that they wrote so far; for admins. */
  readonly members?: readonly AccountId[]
}

export async function deleteContent(
  group: OpenGroup,
  { messages = [], members = [] }: ContentToDelete,
  { parts }: GroupContext,
): Promise<Result<GroupOutcome, ClientError>> {
  const { account, history, time } = parts
  const { admin, accountBytes } = group.access
  const own = account.accountId
  if (messages.length > HASHES_MAX) return err(new ClientError('message_too_large'))
  const isForeign = members.length > 0 || messages.some(({ author }) => author !== own)
  if (isForeign && admin === undefined) return err(new ClientError('group_not_admin'))
  const hashes = messages.flatMap(
    (ref) => history.messages.find({ ...ref, conversation: group.id })?.hash ?? [],
  )
  if (hashes.length < messages.length) return err(new ClientError('message_unknown'))
  const isByAdmin = admin !== undefined
  const notice: DeletionNotice = { kind: 'deletion', members, hashes, isByAdmin }
  const tell = composeNotice(group, notice, parts)
  const canDelete = isByAdmin && hashes.length > 0
  const compose = (nowMs: number) => [
    ...tell(nowMs),
    ...(canDelete ? [composeDelete(group.access, hashes)] : []),
  ]
  const told = await callGroup({ account: accountBytes, compose, isEnough: () => true }, parts)
  if (!told.ok) return told
  const nowMs = time.now()
  // Later than any time that this account gave a message.
  const sentAtMs = history.outbox.reserveTime(nowMs)
  const deletion = { notice, author: own, sentAtMs, nowMs }
  return ok(history.transaction(() => applyDeletion(history, group.id, deletion)))
}
