/**
 * Subpath `@sotto/protocol/session`: messages between accounts, for clients only (spec 05).
 *
 * @module
 */

export { composeMessage, composeSyncCopy, type MessageDraft } from './compose-message.ts'
export { decodeEnvelope, encodeEnvelope, type SealedEnvelope } from './envelope.ts'
export * from './generated/session_pb.ts'
export {
  ATTACHMENTS_MAX,
  FLAG_EXPIRATION_TIMER_UPDATE,
  STORED_MESSAGE_MAX_BYTES,
  TEXT_MAX_CODE_POINTS,
} from './limits.ts'
export {
  openMessage,
  type OpenedMessage,
  type OpenedOther,
  type OpenedText,
} from './open-message.ts'
export { decodeProtobuf, encodeProtobuf } from './protobuf.ts'
export { countCodePoints, createTextContent, type SenderProfile } from './text-content.ts'
