/**
 * Changes what a group is, and says so where other clients say so (spec 14 §6.3).
 *
 * @module
 */
import type { Result } from '@sotto/crypto/result'
import type { GroupInfo } from '@sotto/protocol/config'
import type { GroupNotice } from '@sotto/protocol/group'
import type { ClientError } from '../../errors.ts'
import { eraseSentUntil } from './apply-deletion.ts'
import { composeNotice } from './compose-notice.ts'
import type { GroupContext, OpenGroup } from './open-groups.ts'
import { changeGroup } from './push-group.ts'

const SECOND_MS = 1000

export function changeInfo(
  group: OpenGroup,
  { changes, notice }: { readonly changes: Partial<GroupInfo>; readonly notice?: GroupNotice },
  context: GroupContext,
): Promise<Result<void, ClientError>> {
  const { configs } = group
  return changeGroup(group, context, () => {
    configs.updateInfo(changes)
    if (notice === undefined || configs.listUnsent().length === 0) return {}
    return { last: composeNotice(group, notice, context.parts) }
  })
}

/** Lets everything go that was sent up to a moment. Others do so when they read it. */
export async function deleteBefore(
  group: OpenGroup,
  deleteBeforeSeconds: number,
  context: GroupContext,
): Promise<Result<void, ClientError>> {
  const changed = await changeInfo(group, { changes: { deleteBeforeSeconds } }, context)
  const { history } = context.parts
  if (changed.ok)
    history.transaction(() => eraseSentUntil(history, group.id, deleteBeforeSeconds * SECOND_MS))
  return changed
}
