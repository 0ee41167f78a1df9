/**
 * The configuration `Contacts`: whom the account knows, and what it decided about them (spec 11 §7.3).
 *
 * @module
 */

import type { AccountId } from '@sotto/crypto/identity'
import type { SharedConfig } from '../shared-config.ts'
import { KeyedRecords, parseAccountKey } from './keyed-records.ts'
import type { RecordCodec } from './record-codec.ts'
import {
  flagField,
  integerField,
  NAME_BYTES_MAX,
  namedField,
  type Picture,
  pictureField,
  textField,
} from './record-fields.ts'

/** Numbered 1 and 2 here, and the other way round in messages (spec 11 §7.3). */
export type ContactExpiry = 'none' | 'after_send' | 'after_read'

export interface Contact {
  readonly name: string
  readonly nickname: string
  readonly picture: Picture | null
  readonly isApproved: boolean
  readonly hasApprovedMe: boolean
  readonly isBlocked: boolean
  readonly notify: 'default' | 'all' | 'disabled'
  readonly mutedUntilSeconds: number
  /** −1 hides the conversation, 0 is usual, above it is pinned. */
  readonly priority: number
  readonly expiry: ContactExpiry
  readonly expirySeconds: number
  readonly createdAtSeconds: number
}

const FIELDS = {
  name: textField('n', { bytesMax: NAME_BYTES_MAX, isAlways: true }),
  nickname: textField('N', { bytesMax: NAME_BYTES_MAX }),
  picture: pictureField(),
  isApproved: flagField('a'),
  hasApprovedMe: flagField('A'),
  isBlocked: flagField('b'),
  notify: namedField('@', ['default', 'all', 'disabled']),
  mutedUntilSeconds: integerField('!'),
  priority: integerField('+', { min: -1 }),
  expiry: namedField('e', ['none', 'after_send', 'after_read']),
  expirySeconds: integerField('E'),
  createdAtSeconds: integerField('j'),
}

const CODEC: RecordCodec<Contact> = {
  fields: FIELDS,
  read: (record) => ({
    name: FIELDS.name.read(record),
    nickname: FIELDS.nickname.read(record),
    picture: FIELDS.picture.read(record),
    isApproved: FIELDS.isApproved.read(record),
    hasApprovedMe: FIELDS.hasApprovedMe.read(record),
    isBlocked: FIELDS.isBlocked.read(record),
    notify: FIELDS.notify.read(record),
    mutedUntilSeconds: FIELDS.mutedUntilSeconds.read(record),
    priority: FIELDS.priority.read(record),
    expiry: FIELDS.expiry.read(record),
    expirySeconds: FIELDS.expirySeconds.read(record),
    createdAtSeconds: FIELDS.createdAtSeconds.read(record),
  }),
}

export function openContacts(config: SharedConfig): KeyedRecords<AccountId, Contact> {
  return new KeyedRecords(config, { key: 'c', codec: CODEC, parseId: parseAccountKey })
}
