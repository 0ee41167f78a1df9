/**
 * Subpath `@sotto/protocol/session-v2`: messages with forward secrecy and groups of devices, for clients only (spec 12).
 *
 * @module
 */

export { type DeviceId, deviceIdBytes } from './devices/device-id.ts'
export type { DeviceDetails, DeviceRecord } from './devices/device-record.ts'
export {
  deriveGroupEmojiSeed,
  deriveLinkEmojiSeed,
  GROUP_EMOJI_SHOWN,
  LINK_EMOJI_EXTENDED,
  LINK_EMOJI_SHOWN,
  showEmoji,
} from './devices/emoji.ts'
export { groupCreatedAtMs } from './devices/group-id.ts'
export { GROUP_NAMESPACE } from './devices/group-message.ts'
export {
  createGroupState,
  type GroupContext,
  type GroupEffect,
  type GroupNotice,
  type GroupRefusal,
  type GroupState,
  type GroupStep,
  groupText,
  type IncomingMessage,
  type PushSnapshot,
  isActiveMember,
  type LinkRequestSeen,
  ownRow,
  registeredIds,
  resumeGroupState,
} from './devices/group-state.ts'
export { readGroupMessageKind } from './devices/open-group.ts'
export { decodeGroupState, encodeGroupState } from './devices/stored-group.ts'
export { findMembership, findOtherGroups, type Membership } from './devices/membership.ts'
export { type GroupCommand, type GroupEvent, reduceGroup } from './devices/reduce-group.ts'
export {
  type AccountKey,
  addNewAccountKey,
  findActiveKey,
  OLD_KEY_KEPT_SECONDS,
  pruneAccountKeys,
  restoreAccountKey,
  type SharedAccountKey,
} from './keys/account-key.ts'
export {
  arePublicKeysEqual,
  expandAccountSeed,
  expandDeviceSeed,
  type KeyPairs,
  type PublicKeys,
  publicKeysOf,
  toPublicKeys,
} from './keys/key-pairs.ts'
export {
  decodeOutbox,
  encodeOutbox,
  FEATURE_SIZE_CLASSES,
  OUTBOX_NAMESPACE,
  OUTBOX_TTL_MS,
  type OutboxExtras,
  type PublishedKeys,
} from './keys/outbox.ts'
export {
  agePeerKeys,
  type FetchOutcome,
  isNewPeerKey,
  type PeerKeys,
  type PeerKeysAge,
  planSending,
  recordPeerFetch,
  type SendingPlan,
} from './keys/peer-keys.ts'
export { computeRotationSeconds, type RotationInput } from './keys/rotation.ts'
export { isSecondVersion, type OpenedMessageV2, openMessageV2 } from './messages/open-message.ts'
export { sealMessage, sealMessageWithoutSecrecy } from './messages/seal-message.ts'
export type { MessageDraft, SignedContent } from './messages/signed-content.ts'
