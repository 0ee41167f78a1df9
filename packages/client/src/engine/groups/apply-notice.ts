/**
 * What a notice about the group changes here. Apart from deletions it is only shown, and to admins it is a task: what holds,
 * the configurations say (spec 14 §6.3).
 *
 * @module
 */
import type { GroupUpdateMessage } from '@sotto/protocol/session'
import { type GroupNotice, readGroupNotice } from '@sotto/protocol/group'
import type { History } from '../../storage/history.ts'
import type { Received } from '../receive/received.ts'
import { applyDeletion } from './apply-deletion.ts'
import type { GroupOutcome } from './group-events.ts'
import type { OpenGroup } from './open-groups.ts'

const NOTHING: GroupOutcome = { events: [], obsoleteHashes: [] }

export function applyNotice(
  group: OpenGroup,
  { received, update }: { readonly received: Received; readonly update: GroupUpdateMessage },
  { history, nowMs }: { readonly history: History; readonly nowMs: number },
): GroupOutcome {
  const { sender: author, sentAtMs } = received
  const { groupKey, admin } = group.access
  const notice = readGroupNotice(update, { groupKey, sentAtMs })
  if (notice?.ok !== true || !maySay(group, received, notice.value)) return NOTHING
  const { id } = group
  const event = { kind: 'group_notice' as const, conversation: id, author, sentAtMs }
  const shown: GroupOutcome = { ...NOTHING, events: [{ ...event, notice: notice.value }] }
  if (notice.value.kind === 'deletion') {
    const deletion = { notice: notice.value, author, sentAtMs, nowMs }
    const outcome = applyDeletion(history, id, deletion)
    return { ...outcome, events: [...outcome.events, ...shown.events] }
  }
  const { kind } = notice.value
  if (admin !== undefined && (kind === 'joined' || kind === 'leaving'))
    group.memory.addTask({ kind, member: author, sentAtMs })
  return shown
}

/**
 * A signature covers neither names nor accounts, so that a member could put others under it. A deletion's covers all of it.
 */
function maySay({ configs }: OpenGroup, { sender }: Received, { kind }: GroupNotice): boolean {
  const isAnnouncement =
    kind === 'name_changed' ||
    kind === 'picture_changed' ||
    kind === 'expiry_changed' ||
    kind === 'members_changed'
  return !isAnnouncement || configs.members.find(sender)?.isAdmin === true
}
