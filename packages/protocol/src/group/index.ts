/**
 * Subpath `@sotto/protocol/group`: groups of up to a hundred members, for clients only (spec 14).
 *
 * @module
 */

export type { AdminStatement } from './admin-signature.ts'
export {
  type GroupMessageTrace,
  isDeletedBy,
  isDeletedByInfo,
  isFileDeletedByInfo,
  type SentDeletion,
} from './deletion.ts'
export {
  composeGroupContent,
  type GroupDraft,
  type OpenedGroupContent,
  openGroupContent,
} from './group-content.ts'
export { encodeGroupId, groupIdKey, parseGroupId } from './group-id.ts'
export {
  GroupKeys,
  type GroupKeysOptions,
  type GroupKeysState,
  type KeysOutcome,
  type KeysPush,
  type StoredKeysMessage,
} from './group-keys.ts'
export type { GroupOpening, GroupSeal } from './group-message.ts'
export {
  createGroupNotice,
  type DeletionNotice,
  type GroupNotice,
  type NoticeOrigin,
  readGroupNotice,
} from './group-notice.ts'
export {
  createInvite,
  createPromotion,
  type GroupInvite,
  type GroupPromotion,
  type InviteDraft,
  readInvite,
  readPromotion,
} from './invite.ts'
export type { GroupKey } from './key-history.ts'
export { decodeKeysDump, encodeKeysDump } from './keys-dump.ts'
export { createKickNotice, isKicked, openKickNotice } from './kick-notice.ts'
export { GROUP_MEMBERS_MAX, GROUP_STORED_BYTES_MAX } from './limits.ts'
export { createUpdateContent } from './update-content.ts'
