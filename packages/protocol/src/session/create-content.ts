/**
 * The contents that a client writes, one function for each thing that a person does (spec 05 §5). `readAction` reads them.
 *
 * @module
 */

import { create, type MessageInitShape } from '@bufbuild/protobuf'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import type { ConversationTimer, LinkPreview, MessageRef, SenderProfile } from './action.ts'
import { TIMER_OFF, writeTimer } from './conversation-timer.ts'
import { countCodePoints } from './cut-text.ts'
import { isEmoji } from './emoji.ts'
import {
  type AttachmentPointer,
  type Content,
  ContentSchema,
  DataExtractionNotification_Type,
  type DataMessageSchema,
  Reaction_Action,
  ReceiptMessage_Type,
  TypingMessage_Action,
} from './generated/session_pb.ts'
import {
  ATTACHMENTS_MAX,
  FLAG_EXPIRATION_TIMER_UPDATE,
  RECEIPT_TIMES_MAX,
  TEXT_MAX_CODE_POINTS,
} from './limits.ts'
import { writeProfile } from './sender-profile.ts'

export interface MessageDraftContent {
  readonly text: string
  readonly profile?: SenderProfile
  readonly timer?: ConversationTimer
  readonly quote?: MessageRef
  /** The text replaces that of `quote`, which has to be the sender's own. */
  readonly isEdit?: boolean
  readonly attachments?: readonly AttachmentPointer[]
  readonly preview?: LinkPreview
}

/** Refuses what is empty or too long; everything else is the person's own choice. */
export function createMessageContent(draft: MessageDraftContent): Result<Content, ProtocolError> {
  const { text, profile, timer = TIMER_OFF, quote, isEdit = false, attachments = [] } = draft
  const refusal = checkDraft(text, attachments.length)
  if (refusal !== undefined) return err(refusal)
  return ok(
    createData(timer, {
      body: text,
      attachments: [...attachments],
      ...(quote && { quote: nameMessage(quote) }),
      ...(isEdit && quote && { isEdit }),
      ...(draft.preview && { preview: [draft.preview] }),
      ...writeProfile(profile),
    }),
  )
}

function checkDraft(text: string, attachments: number): ProtocolError | undefined {
  if (text === '' && attachments === 0)
    return new ProtocolError('session_text_empty', 'nothing to send')
  const length = countCodePoints(text)
  if (length > TEXT_MAX_CODE_POINTS)
    return new ProtocolError('session_text_too_long', `${length} code points`)
  if (attachments > ATTACHMENTS_MAX)
    return new ProtocolError('session_malformed', `${attachments} attachments`)
  return undefined
}

export function createReactionContent(input: {
  readonly target: MessageRef
  readonly emoji: string
  readonly isRemoved?: boolean
  readonly timer?: ConversationTimer
}): Result<Content, ProtocolError> {
  const { target, emoji, isRemoved = false, timer = TIMER_OFF } = input
  if (!isEmoji(emoji)) return err(new ProtocolError('session_emoji_invalid', 'not one emoji'))
  const action = isRemoved ? Reaction_Action.REMOVE : Reaction_Action.REACT
  return ok(createData(timer, { reaction: { ...nameMessage(target), emoji, action } }))
}

/** Says that the conversation's timer is this one now. */
export function createTimerContent(timer: ConversationTimer): Content {
  return createData(timer, { flags: FLAG_EXPIRATION_TIMER_UPDATE })
}

/** At most `RECEIPT_TIMES_MAX` times. Throws for more: whoever sends receipts divides them. */
export function createReadReceiptContent(sentAtMs: readonly number[]): Content {
  if (sentAtMs.length > RECEIPT_TIMES_MAX) throw new RangeError('too many for one receipt')
  return create(ContentSchema, {
    receiptMessage: { type: ReceiptMessage_Type.READ, timestamp: sentAtMs.map(BigInt) },
  })
}

/** The time is that of the envelope (spec 05 §5.6). */
export function createTypingContent(isTyping: boolean, sentAtMs: number): Content {
  const { STARTED, STOPPED } = TypingMessage_Action
  return create(ContentSchema, {
    typingMessage: { timestamp: BigInt(sentAtMs), action: isTyping ? STARTED : STOPPED },
  })
}

export function createUnsendContent({ author, sentAtMs }: MessageRef): Content {
  return create(ContentSchema, { unsendRequest: { author, timestamp: BigInt(sentAtMs) } })
}

export function createRequestAcceptedContent(profile?: SenderProfile): Content {
  return create(ContentSchema, {
    messageRequestResponse: { isApproved: true, ...writeProfile(profile) },
  })
}

export function createExtractionContent(
  kind: 'screenshot' | 'media_saved',
  sentAtMs: number,
): Content {
  const { SCREENSHOT, MEDIA_SAVED } = DataExtractionNotification_Type
  const type = kind === 'screenshot' ? SCREENSHOT : MEDIA_SAVED
  return create(ContentSchema, {
    dataExtractionNotification: { type, timestamp: BigInt(sentAtMs) },
  })
}

function createData(
  timer: ConversationTimer,
  dataMessage: MessageInitShape<typeof DataMessageSchema>,
): Content {
  return create(ContentSchema, { ...writeTimer(timer), dataMessage })
}

function nameMessage({ author, sentAtMs }: MessageRef): { id: bigint; author: string } {
  return { id: BigInt(sentAtMs), author }
}
