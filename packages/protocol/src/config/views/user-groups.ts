/**
 * The configuration `UserGroups`: of which groups and communities the account is a member (spec 11 §7.5). It holds the
 * secret keys of groups that the account leads.
 *
 * @module
 */

import type { SharedConfig } from '../shared-config.ts'
import { CommunityRecords } from './community-records.ts'
import { type GroupId, KeyedRecords, parseGroupKey } from './keyed-records.ts'
import type { RecordCodec } from './record-codec.ts'
import {
  bytesField,
  flagField,
  integerField,
  NAME_BYTES_MAX,
  namedField,
  textField,
} from './record-fields.ts'

export type GroupNotify = 'default' | 'all' | 'disabled' | 'mentions'

export interface UserGroup {
  readonly name: string
  /** The group's Ed25519 seed: whoever has it leads the group. */
  readonly adminSeed: Uint8Array | null
  /** What a member shows to the group's swarm. */
  readonly memberAuth: Uint8Array | null
  readonly removed: 'no' | 'kicked' | 'destroyed'
  readonly notify: GroupNotify
  readonly mutedUntilSeconds: number
  readonly priority: number
  readonly isInvitePending: boolean
  readonly joinedAtSeconds: number
}

export interface UserCommunity {
  /** The room as its server writes it; the key of the record is in lower case. */
  readonly roomName: string
  readonly notify: GroupNotify
  readonly mutedUntilSeconds: number
  readonly priority: number
  readonly joinedAtSeconds: number
}

export interface UserGroupsView {
  readonly groups: KeyedRecords<GroupId, UserGroup>
  readonly communities: CommunityRecords<UserCommunity>
}

const SEED_BYTES = 32
const MEMBER_AUTH_BYTES = 100
const ROOM_BYTES_MAX = 64

const SHARED_FIELDS = {
  notify: namedField('@', ['default', 'all', 'disabled', 'mentions']),
  mutedUntilSeconds: integerField('!'),
  priority: integerField('+', { min: -1 }),
  joinedAtSeconds: integerField('j'),
}

const GROUP_FIELDS = {
  ...SHARED_FIELDS,
  name: textField('n', { bytesMax: NAME_BYTES_MAX, isAlways: true }),
  adminSeed: bytesField('K', SEED_BYTES),
  memberAuth: bytesField('s', MEMBER_AUTH_BYTES),
  removed: namedField('r', ['no', 'kicked', 'destroyed']),
  isInvitePending: flagField('i'),
}

const COMMUNITY_FIELDS = {
  ...SHARED_FIELDS,
  roomName: textField('n', { bytesMax: ROOM_BYTES_MAX, isAlways: true }),
}

const GROUP: RecordCodec<UserGroup> = {
  fields: GROUP_FIELDS,
  read: (record) => ({
    name: GROUP_FIELDS.name.read(record),
    adminSeed: GROUP_FIELDS.adminSeed.read(record),
    memberAuth: GROUP_FIELDS.memberAuth.read(record),
    removed: GROUP_FIELDS.removed.read(record),
    notify: GROUP_FIELDS.notify.read(record),
    mutedUntilSeconds: GROUP_FIELDS.mutedUntilSeconds.read(record),
    priority: GROUP_FIELDS.priority.read(record),
    isInvitePending: GROUP_FIELDS.isInvitePending.read(record),
    joinedAtSeconds: GROUP_FIELDS.joinedAtSeconds.read(record),
  }),
}

const COMMUNITY: RecordCodec<UserCommunity> = {
  fields: COMMUNITY_FIELDS,
  read: (record) => ({
    roomName: COMMUNITY_FIELDS.roomName.read(record),
    notify: COMMUNITY_FIELDS.notify.read(record),
    mutedUntilSeconds: COMMUNITY_FIELDS.mutedUntilSeconds.read(record),
    priority: COMMUNITY_FIELDS.priority.read(record),
    joinedAtSeconds: COMMUNITY_FIELDS.joinedAtSeconds.read(record),
  }),
}

export function openUserGroups(config: SharedConfig): UserGroupsView {
  return {
    groups: new KeyedRecords(config, { key: 'g', codec: GROUP, parseId: parseGroupKey }),
    communities: new CommunityRecords(config, COMMUNITY),
  }
}
