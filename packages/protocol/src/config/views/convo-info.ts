/**
 * The configuration `ConvoInfoVolatile`: how far the account has read (spec 11 §7.4). It changes often and is worth
 * little after a month, which is why it is apart from the others.
 *
 * @module
 */

import type { AccountId } from '@sotto/crypto/identity'
import type { SharedConfig } from '../shared-config.ts'
import { CommunityRecords } from './community-records.ts'
import { type GroupId, KeyedRecords, parseAccountKey, parseGroupKey } from './keyed-records.ts'
import type { RecordCodec } from './record-codec.ts'
import { flagField, integerField } from './record-fields.ts'

export interface ConvoInfo {
  readonly lastReadMs: number
  /** Set by the person, whatever was read. */
  readonly isMarkedUnread: boolean
}

export interface ConvoInfoView {
  readonly accounts: KeyedRecords<AccountId, ConvoInfo>
  readonly groups: KeyedRecords<GroupId, ConvoInfo>
  readonly communities: CommunityRecords<ConvoInfo>
}

/** Spec 11 §7.4. Older entries go before a push. */
export const CONVO_INFO_LIFE_MS: number = 30 * 24 * 60 * 60 * 1000

const FIELDS = { lastReadMs: integerField('r', { isAlways: true }), isMarkedUnread: flagField('u') }

const CODEC: RecordCodec<ConvoInfo> = {
  fields: FIELDS,
  read: (record) => ({
    lastReadMs: FIELDS.lastReadMs.read(record),
    isMarkedUnread: FIELDS.isMarkedUnread.read(record),
  }),
}

export function openConvoInfo(config: SharedConfig): ConvoInfoView {
  return {
    accounts: new KeyedRecords(config, { key: '1', codec: CODEC, parseId: parseAccountKey }),
    groups: new KeyedRecords(config, { key: 'g', codec: CODEC, parseId: parseGroupKey }),
    communities: new CommunityRecords(config, CODEC),
  }
}

/** What a person marked as unread stays. */
export function pruneConvoInfo(
  { accounts, groups, communities }: ConvoInfoView,
  nowMs: number,
): void {
  const isOld = ({ lastReadMs, isMarkedUnread }: ConvoInfo): boolean =>
    !isMarkedUnread && lastReadMs < nowMs - CONVO_INFO_LIFE_MS
  for (const [id, info] of accounts.list()) if (isOld(info)) accounts.erase(id)
  for (const [id, info] of groups.list()) if (isOld(info)) groups.erase(id)
  for (const entry of communities.list()) if (isOld(entry.record)) communities.erase(entry)
}
