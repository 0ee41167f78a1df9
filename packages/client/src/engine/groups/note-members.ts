/**
 * Keeps in mind who was a member until when, and does in the members' configuration what members asked for (spec 14 §5.4, §6.6).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { GroupConfigs } from './group-configs.ts'
import type { MemberTask } from './group-memory.ts'
import type { OpenGroup } from './open-groups.ts'

/** With a removal comes a new key, and its time is when the removed ones stopped to be members. */
export function noteMembers(
  { configs, memory }: OpenGroup,
  before: readonly AccountId[],
  nowMs: number,
): void {
  const endMs = findKeyTime(configs) ?? nowMs
  const { members } = configs
  for (const id of before) if (members.find(id) === undefined) memory.noteFormer(id, endMs)
  for (const [id] of members.list()) memory.noteMember(id)
}

function findKeyTime({ keys }: GroupConfigs): number | undefined {
  return keys.state.keys.at(-1)?.timestampMs
}

/** Changes only; the push is the caller's. */
export function applyMemberTasks({ configs, memory }: OpenGroup): void {
  const { members } = configs
  const tasks = memory.takeTasks()
  for (const { kind, member, sentAtMs } of tasks)
    if (kind === 'joined') memory.noteAnswer(member, sentAtMs)
  const leaving = tasks.filter((task) => task.kind === 'leaving' && isStillMeant(task))
  for (const { kind, member } of tasks) {
    const record = members.find(member)
    if (kind === 'joined' && record !== undefined && record.invite !== 'accepted')
      members.update(member, { invite: 'accepted' })
  }
  for (const { member } of leaving) members.update(member, { removal: 'member' })

  /**
   * Nodes keep what somebody said before he was removed and invited anew. Who came again said so; who did not yet has a key that
   * is younger than what he said.
   */
  function isStillMeant({ member, sentAtMs }: MemberTask): boolean {
    const record = members.find(member)
    if (record === undefined || record.removal !== 'none') return false
    if (memory.findAnswer(member) > sentAtMs) return false
    return record.invite === 'accepted' || sentAtMs > (findKeyTime(configs) ?? 0)
  }
}
