/**
 * Subpath `@sotto/protocol/config`: configurations that an account's devices or a group's members keep in common, for
 * clients only (spec 11).
 *
 * @module
 */

export {
  ACCOUNT_CONFIGS,
  type AccountConfigDomain,
  describeAccountConfig,
} from './account-config.ts'
export { fromByteText, toByteText } from './byte-text.ts'
export type { ConfigCompression } from './compression.ts'
export type { ConfigCipher, ConfigDomain } from './config-ciphertext.ts'
export type { ConfigDict, ConfigScalar, ConfigSet, ConfigValue } from './config-value.ts'
export {
  describeGroupConfig,
  GROUP_CONFIGS,
  type GroupConfigDomain,
  type GroupConfigInput,
} from './group-config.ts'
export { CONFIG_MESSAGE_BYTES_MAX, CONFIG_STORED_BYTES_MAX } from './limits.ts'
export {
  type ConfigEnvelope,
  type ConfigMerge,
  type ConfigPush,
  type ConfigState,
  loadSharedConfig,
  SharedConfig,
  type SharedConfigOptions,
  type StoredConfig,
} from './shared-config.ts'
export { type CommunityEntry, CommunityRecords } from './views/community-records.ts'
export {
  type CommunityAddress,
  type CommunityRoom,
  formatCommunityAddress,
  parseBaseUrl,
  parseCommunityAddress,
  parseRoomKey,
} from './views/community-url.ts'
export { type Contact, type ContactExpiry, openContacts } from './views/contacts.ts'
export {
  CONVO_INFO_LIFE_MS,
  type ConvoInfo,
  type ConvoInfoView,
  openConvoInfo,
  pruneConvoInfo,
} from './views/convo-info.ts'
export { type GroupInfo, readGroupInfo, updateGroupInfo } from './views/group-info.ts'
export { type GroupMember, type InviteStanding, openGroupMembers } from './views/group-members.ts'
export { type GroupId, KeyedRecords, parseGroupKey } from './views/keyed-records.ts'
export type { Picture } from './views/record-fields.ts'
export {
  type GroupNotify,
  openUserGroups,
  type UserCommunity,
  type UserGroup,
  type UserGroupsView,
} from './views/user-groups.ts'
export { readUserProfile, updateUserProfile, type UserProfile } from './views/user-profile.ts'
