/**
 * Subpath `@sotto/protocol/session`: messages between accounts, for clients only (spec 05).
 *
 * @module
 */

export type {
  CallAction,
  CommunityLink,
  ConversationTimer,
  ExtractionAction,
  GroupAction,
  LinkPreview,
  MessageAction,
  MessageRef,
  ReactionAction,
  ReadAction,
  RequestAcceptedAction,
  SenderProfile,
  SessionAction,
  TimerAction,
  TypingAction,
  UnsendAction,
} from './action.ts'
export {
  composeMessage,
  composeSyncCopy,
  createSyncContent,
  encodeTimedContent,
  type MessageDraft,
} from './compose-message.ts'
export { readTimer, TIMER_OFF } from './conversation-timer.ts'
export {
  createExtractionContent,
  createMessageContent,
  createReactionContent,
  createReadReceiptContent,
  createRequestAcceptedContent,
  createTimerContent,
  createTypingContent,
  createUnsendContent,
  type MessageDraftContent,
} from './create-content.ts'
export { countCodePoints, cutCodePoints } from './cut-text.ts'
export { isEmoji } from './emoji.ts'
export { decodeEnvelope, encodeEnvelope, type SealedEnvelope } from './envelope.ts'
export * from './generated/session_pb.ts'
export {
  ATTACHMENTS_MAX,
  FLAG_EXPIRATION_TIMER_UPDATE,
  RECEIPT_TIMES_MAX,
  STORED_MESSAGE_MAX_BYTES,
  TEXT_MAX_CODE_POINTS,
  TIMER_MAX_SECONDS,
} from './limits.ts'
export { listMentions, nameMentions } from './mention.ts'
export {
  openContent,
  openMessage,
  type OpenedMessage,
  type OpenedOther,
  type OpenedText,
} from './open-message.ts'
export { decodeProtobuf, encodeProtobuf } from './protobuf.ts'
export { readAction } from './read-action.ts'
