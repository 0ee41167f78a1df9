/**
 * What a screen shows of a group (spec 11 §7.7, §7.8).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { GroupId, GroupInfo, GroupMember } from '@sotto/protocol/config'
import type { ConversationTimer } from '@sotto/protocol/session'
import { findTimer } from './group-sender.ts'
import type { OpenGroup } from './open-groups.ts'

export interface GroupView {
  readonly id: GroupId
  readonly info: GroupInfo
  readonly members: readonly (readonly [AccountId, GroupMember])[]
  /** Whether this account leads it. */
  readonly isAdmin: boolean
  readonly timer: ConversationTimer
  /** Whether something can be sent: a key has arrived. */
  readonly isReady: boolean
}

export function describeGroup(group: OpenGroup): GroupView {
  const { id, access, configs } = group
  return {
    id,
    info: configs.info,
    members: configs.members.list(),
    isAdmin: access.admin !== undefined,
    timer: findTimer(group),
    isReady: configs.keys.secrets.length > 0,
  }
}
