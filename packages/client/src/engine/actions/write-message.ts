/**
 * What a person says: messages, answers, corrections, forwarding (spec 05 §5).
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, err } from '@sotto/crypto/result'
import { createAttachmentPointer, parseFileAddress } from '@sotto/protocol/attachment'
import type { ProtocolError } from '@sotto/protocol/errors'
import {
  type AttachmentPointer,
  type Content,
  createMessageContent,
  createRequestAcceptedContent,
  type LinkPreview,
  type MessageRef,
} from '@sotto/protocol/session'
import { ClientError, type ClientErrorCode } from '../../errors.ts'
import type { ConversationId, HistoryMessage, MessageName } from '../../storage/history-message.ts'
import {
  describeAttachment,
  describePreview,
  type MessageDetails,
} from '../../storage/message-details.ts'
import { nameFile, readStoredAttachment } from '../files/index.ts'
import { type ActionParts, asAccount, describeOwnProfile, updateContact } from './action-parts.ts'
import { type Saying, type Sending, sendTo } from './send-to.ts'

export interface MessageToWrite {
  readonly to: ConversationId
  readonly text: string
  /** What it answers. */
  readonly quote?: MessageRef
  /** Already uploaded. */
  readonly attachments?: readonly AttachmentPointer[]
  /** Its address has to stand in the text. */
  readonly preview?: LinkPreview
}

const CODES: Partial<Record<ProtocolError['code'], ClientErrorCode>> = {
  session_text_empty: 'text_empty',
  session_text_too_long: 'text_too_long',
}

export async function writeMessage(message: MessageToWrite, parts: ActionParts): Sending {
  const { to, ...draft } = message
  const refusal = findRefusal(draft)
  if (refusal !== undefined) return err(refusal)
  const profile = describeOwnProfile(parts)
  const account = asAccount(to)
  if (account !== undefined && approve(account, parts)) {
    const compose = (): Content => createRequestAcceptedContent(profile)
    // That it is accepted shows in the message too; an older client waits for this.
    await parts.sender.send({ to: account, compose })
  }
  const saying: Saying = {
    compose: (_, timer) =>
      unwrapContent(createMessageContent({ ...draft, timer, ...(profile && { profile }) })),
    keep: (sentAtMs, timer) => {
      keepMessage(message, { timer, sentAtMs }, parts)
    },
  }
  return sendTo(to, saying, parts)
}

/** Our own message gets another text. Those who know no edits see a message that quotes the first one. */
export async function editMessage(name: MessageName, text: string, parts: ActionParts): Sending {
  const { account, history } = parts
  const refusal = text === '' ? new ClientError('text_empty') : findRefusal({ text })
  if (refusal !== undefined) return err(refusal)
  if (findOwn(name, parts) === undefined) return err(new ClientError('message_unknown'))
  const quote = { author: account.accountId, sentAtMs: name.sentAtMs }
  const saying: Saying = {
    compose: (_, timer) =>
      unwrapContent(createMessageContent({ text, quote, isEdit: true, timer })),
    keep: (editedAtMs) => history.messages.edit(name, { text, editedAtMs }),
  }
  return sendTo(name.conversation, saying, parts)
}

/** Text and files of a message go to somebody else; who wrote it first does not go along. */
export async function forwardMessage(
  name: MessageName,
  to: ConversationId,
  parts: ActionParts,
): Sending {
  const message = parts.history.messages.find(name)
  if (message === undefined) return err(new ClientError('message_unknown'))
  const attachments = (message.details.attachments ?? []).flatMap((stored) => {
    const attachment = readStoredAttachment(stored)
    return attachment.ok ? [createAttachmentPointer(attachment.value)] : []
  })
  return writeMessage({ to, text: message.text, attachments }, parts)
}

/** What nobody could send, before anything is sealed. */
export function findRefusal(draft: Omit<MessageToWrite, 'to'>): ClientError | undefined {
  const content = createMessageContent(draft)
  if (content.ok) return undefined
  const code = CODES[content.error.code]
  if (code === undefined) throw content.error
  return new ClientError(code, '', { cause: content.error })
}

export function findOwn(
  name: MessageName,
  { account, history }: ActionParts,
): HistoryMessage | undefined {
  const message = history.messages.find(name)
  return message?.author === account.accountId ? message : undefined
}

function keepMessage(
  { to, text, quote, attachments = [], preview }: MessageToWrite,
  { timer, sentAtMs }: Pick<HistoryMessage, 'timer' | 'sentAtMs'>,
  { account, history, time }: ActionParts,
): void {
  const details: MessageDetails = {
    ...(quote && { quote }),
    ...(preview && { preview: describePreview(preview) }),
    ...(attachments.length > 0 && { attachments: attachments.map(describeAttachment) }),
  }
  history.messages.add({
    conversation: to,
    author: account.accountId,
    sentAtMs,
    receivedAtMs: time.now(),
    kind: 'message',
    state: 'queued',
    text,
    details,
    timer,
    readAtMs: sentAtMs,
    ...(timer.mode !== 'off' && { expiresAtMs: sentAtMs + timer.seconds * 1000 }),
  })
  // Uploaded from here, so it is kept here, for as long as the message is.
  for (const { url } of preview?.image ? [...attachments, preview.image] : attachments) {
    const address = parseFileAddress(url)
    if (address !== undefined) {
      const name = { conversation: to, author: account.accountId, sentAtMs }
      history.files.use(name, nameFile(address))
    }
  }
  history.drafts.put(to, '')
}

/** Whoever is written to is accepted with it. Whether that answers a request of theirs. */
function approve(to: AccountId, parts: ActionParts): boolean {
  const { account, configs, history } = parts
  if (to === account.accountId || configs.contacts.find(to)?.isApproved === true) return false
  const wroteFirst = history.messages.hasReceived(to)
  configs.transact(() => {
    updateContact(parts, to, { isApproved: true, ...(wroteFirst && { hasApprovedMe: true }) })
  })
  return wroteFirst
}

function unwrapContent(content: Result<Content, ProtocolError>): Content {
  if (!content.ok) throw content.error
  return content.value
}
