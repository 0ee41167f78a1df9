/**
 * From a content to what it asks for (spec 05 §5.4). Total: a content that contradicts itself is refused whole, because half of what
 * somebody said may mean the opposite.
 *
 * @module
 */

import type { AccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import type { SessionAction } from './action.ts'
import { isEmoji } from './emoji.ts'
import {
  type Content,
  type DataExtractionNotification,
  DataExtractionNotification_Type,
  type DataMessage,
  type Reaction,
  Reaction_Action,
  type ReceiptMessage,
  ReceiptMessage_Type,
  TypingMessage_Action,
} from './generated/session_pb.ts'
import { FLAG_EXPIRATION_TIMER_UPDATE, RECEIPT_TIMES_MAX, TIME_MAX_MS } from './limits.ts'
import { readRef } from './message-ref.ts'
import { readMessageAction } from './read-message-action.ts'
import { readProfile } from './sender-profile.ts'

export type ReadResult<T> = Result<T, ProtocolError>

const UNKNOWN: SessionAction = { kind: 'unknown' }

/** `sender` is who sealed the content; what names somebody else as the author of an own deed is refused. */
export function readAction(content: Content, sender: AccountId): ReadResult<SessionAction> {
  if (content.dataMessage !== undefined) return readDataAction(content.dataMessage, sender)
  if (content.unsendRequest !== undefined) {
    const { timestamp, author } = content.unsendRequest
    const target = readRef(timestamp, author)
    if (!target.ok) return target
    if (target.value.author !== sender) return refuse('unsend of a foreign message')
    return ok({ kind: 'unsend', target: target.value })
  }
  if (content.receiptMessage !== undefined) return readReceipt(content.receiptMessage)
  if (content.typingMessage !== undefined) {
    return ok({
      kind: 'typing',
      isTyping: content.typingMessage.action === TypingMessage_Action.STARTED,
    })
  }
  if (content.messageRequestResponse !== undefined) {
    const { isApproved, profile, profileKey } = content.messageRequestResponse
    // Nobody learns that a request was declined, so there is nothing to say about it.
    if (!isApproved) return ok(UNKNOWN)
    return ok({ kind: 'request_accepted', ...readProfile(profile, profileKey) })
  }
  if (content.dataExtractionNotification !== undefined)
    return ok(readExtraction(content.dataExtractionNotification))
  return ok(
    content.callMessage === undefined ? UNKNOWN : { kind: 'call', call: content.callMessage },
  )
}

function readDataAction(data: DataMessage, sender: AccountId): ReadResult<SessionAction> {
  const { reaction, groupUpdateMessage: update, flags, profile, profileKey } = data
  if (update !== undefined)
    return ok({ kind: 'group', update, ...readProfile(profile, profileKey) })
  if ((flags & FLAG_EXPIRATION_TIMER_UPDATE) !== 0)
    return ok({ kind: 'timer', ...readProfile(profile, profileKey) })
  return reaction === undefined ? readMessageAction(data, sender) : readReaction(reaction)
}

function readReaction({ id, author, emoji, action }: Reaction): ReadResult<SessionAction> {
  const target = readRef(id, author)
  if (!target.ok) return target
  if (!isEmoji(emoji)) return err(new ProtocolError('session_emoji_invalid', 'not one emoji'))
  const isRemoved = action === Reaction_Action.REMOVE
  return ok({ kind: 'reaction', target: target.value, emoji, isRemoved })
}

function readReceipt({ type, timestamp }: ReceiptMessage): ReadResult<SessionAction> {
  if (type !== ReceiptMessage_Type.READ) return ok(UNKNOWN)
  if (timestamp.length > RECEIPT_TIMES_MAX) return refuse(`receipt of ${timestamp.length}`)
  return ok({
    kind: 'read',
    sentAtMs: timestamp.map(Number).filter((ms) => ms > 0 && ms <= TIME_MAX_MS),
  })
}

function readExtraction({ type }: DataExtractionNotification): SessionAction {
  const isScreenshot = type === DataExtractionNotification_Type.SCREENSHOT
  return { kind: isScreenshot ? 'screenshot' : 'media_saved' }
}

function refuse(detail: string): ReadResult<never> {
  return err(new ProtocolError('session_malformed', detail))
}
