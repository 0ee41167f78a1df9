/**
 * What people say to each other, as tables of fields.
 *
 * @module
 */

import { bytes, fixed64, flag, list, nested, type Schema, text, uint } from './foreign-protobuf.ts'

const ATTACHMENT_POINTER: Schema = {
  id: fixed64(1),
  contentType: text(2),
  key: bytes(3),
  size: uint(4),
  digest: bytes(6),
  fileName: text(7),
  flags: uint(8),
  width: uint(9),
  height: uint(10),
  caption: text(11),
  url: text(101),
}

const PROFILE: Schema = {
  displayName: text(1),
  profilePicture: text(2),
  lastProfileUpdateSeconds: uint(3),
}

const QUOTE: Schema = { id: uint(1), author: text(2), text: text(3) }
const PREVIEW: Schema = { url: text(1), title: text(2), image: nested(3, ATTACHMENT_POINTER) }
const REACTION: Schema = { id: uint(1), author: text(2), emoji: text(3), action: uint(4) }

const DATA_MESSAGE: Schema = {
  body: text(1),
  attachments: list(nested(2, ATTACHMENT_POINTER)),
  flags: uint(4),
  profileKey: bytes(6),
  timestamp: uint(7),
  quote: nested(8, QUOTE),
  preview: list(nested(10, PREVIEW)),
  reaction: nested(11, REACTION),
  profile: nested(101, PROFILE),
  syncTarget: text(105),
  blocksCommunityMessageRequests: flag(106),
}

export const CONTENT: Schema = {
  dataMessage: nested(1, DATA_MESSAGE),
  receiptMessage: nested(5, { type: uint(1), timestamp: list(uint(2)) }),
  typingMessage: nested(6, { timestamp: uint(1), action: uint(2) }),
  dataExtractionNotification: nested(8, { type: uint(1), timestamp: uint(2) }),
  unsendRequest: nested(9, { timestamp: uint(1), author: text(2) }),
  messageRequestResponse: nested(10, {
    isApproved: flag(1),
    profileKey: bytes(2),
    profile: nested(3, PROFILE),
  }),
  sharedConfigMessage: nested(11, { kind: uint(1), seqno: uint(2), data: bytes(3) }),
  expirationType: uint(12),
  expirationTimer: uint(13),
  sigTimestamp: uint(15),
}

export const ENVELOPE: Schema = {
  type: uint(1),
  source: text(2),
  timestamp: uint(5),
  sourceDevice: uint(7),
  content: bytes(8),
  proSig: bytes(11),
}

export const WEB_SOCKET_MESSAGE: Schema = {
  type: uint(1),
  request: nested(2, { verb: text(1), path: text(2), body: bytes(3), id: uint(4) }),
}

export const REACT = 0
export const REMOVE = 1
export const DELIVERED = 0
export const READ = 1
export const TYPING_STARTED = 0
export const TYPING_STOPPED = 1
export const EXPIRATION_TIMER_UPDATE = 2
export const DELETE_AFTER_READ = 1
export const DELETE_AFTER_SEND = 2
export const SCREENSHOT = 1
export const MEDIA_SAVED = 2
export const VOICE_MESSAGE = 1
