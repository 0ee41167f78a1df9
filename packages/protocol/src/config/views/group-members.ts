/**
 * The configuration `groups::Members`: who belongs to a group and what is due to them, signed by the group
 * (spec 11 §7.8).
 *
 * @module
 */

import type { AccountId } from '@sotto/crypto/identity'
import type { SharedConfig } from '../shared-config.ts'
import { KeyedRecords, parseAccountKey } from './keyed-records.ts'
import type { RecordCodec } from './record-codec.ts'
import {
  flagField,
  NAME_BYTES_MAX,
  namedField,
  type Picture,
  pictureField,
  textField,
} from './record-fields.ts'

/** Where an invitation or a promotion stands; `accepted` is also what nothing at all means. */
export type InviteStanding = 'accepted' | 'sent' | 'failed' | 'not_sent'

export interface GroupMember {
  readonly name: string
  readonly picture: Picture | null
  readonly invite: InviteStanding
  /** Was given the keys of the past, so that it reads what was written before. */
  readonly hasSupplement: boolean
  readonly isAdmin: boolean
  readonly promotion: InviteStanding
  /** To be removed, alone or with all messages. */
  readonly removal: 'none' | 'member' | 'member_and_messages'
}

const STANDINGS: readonly [InviteStanding, ...InviteStanding[]] = [
  'accepted',
  'sent',
  'failed',
  'not_sent',
]

const FIELDS = {
  name: textField('n', { bytesMax: NAME_BYTES_MAX, isAlways: true }),
  picture: pictureField(),
  invite: namedField('I', STANDINGS),
  hasSupplement: flagField('s'),
  isAdmin: flagField('A'),
  promotion: namedField('P', STANDINGS),
  removal: namedField('R', ['none', 'member', 'member_and_messages']),
}

const CODEC: RecordCodec<GroupMember> = {
  fields: FIELDS,
  read: (record) => ({
    name: FIELDS.name.read(record),
    picture: FIELDS.picture.read(record),
    invite: FIELDS.invite.read(record),
    hasSupplement: FIELDS.hasSupplement.read(record),
    isAdmin: FIELDS.isAdmin.read(record),
    promotion: FIELDS.promotion.read(record),
    removal: FIELDS.removal.read(record),
  }),
}

export function openGroupMembers(config: SharedConfig): KeyedRecords<AccountId, GroupMember> {
  return new KeyedRecords(config, { key: 'm', codec: CODEC, parseId: parseAccountKey })
}
