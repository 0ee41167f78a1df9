/**
 * What changed in groups, for whoever shows it.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { GroupId } from '@sotto/protocol/config'
import type { GroupNotice } from '@sotto/protocol/group'
import type { HistoryEvent } from '../receive/received.ts'

/** What somebody said about the group; who may have said it was checked. */
export interface GroupNoticeEvent {
  readonly kind: 'group_notice'
  readonly conversation: GroupId
  readonly author: AccountId
  readonly sentAtMs: number
  readonly notice: GroupNotice
}

export type GroupEvent = HistoryEvent | GroupNoticeEvent

export interface GroupOutcome {
  readonly events: readonly GroupEvent[]
  /** What the group's swarm has to forget now, as far as this account may ask for it. */
  readonly obsoleteHashes: readonly string[]
}
