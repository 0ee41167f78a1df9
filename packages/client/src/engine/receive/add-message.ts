/**
 * Puts what is shown in a conversation into its place: new messages, and edits of older ones.
 *
 * @module
 */
import type { ExtractionAction, MessageAction, TimerAction } from '@sotto/protocol/session'
import type { MessageName, NewMessage } from '../../storage/history-message.ts'
import {
  describeAttachment,
  describePreview,
  type MessageDetails,
} from '../../storage/message-details.ts'
import {
  isStranger,
  locate,
  NOTHING,
  type Outcome,
  type Received,
  type ReceiveParts,
} from './received.ts'

type ShownAction = MessageAction | TimerAction | ExtractionAction

export function addMessage(received: Received, action: ShownAction, parts: ReceiveParts): Outcome {
  const { history, contacts, own } = parts
  const { sender, sentAtMs, timer } = received
  const name: MessageName = { conversation: locate(received, parts), author: sender, sentAtMs }
  if (history.tombstones.has(name)) return NOTHING
  if (action.kind === 'message' && action.edits !== undefined) {
    const edit = { text: action.text, editedAtMs: sentAtMs }
    return applyEdit({ ...name, sentAtMs: action.edits.sentAtMs }, edit, received, parts)
  }
  const isKnown = history.messages.find(name) !== undefined
  if (!isKnown && isStranger(received, parts) && !parts.room.take(sender)) return NOTHING
  const isNew = history.messages.add(describeMessage(name, received, action, parts))
  const edit = history.earlyEdits.take(name)
  if (edit !== undefined) history.messages.edit(name, edit)
  if (!isNew) return NOTHING
  const { conversation } = name
  if (action.kind === 'timer' && conversation !== own && contacts.find(sender) !== undefined)
    contacts.update(sender, {
      expiry: timer.mode === 'off' ? 'none' : timer.mode,
      expirySeconds: timer.seconds,
    })
  return { ...NOTHING, events: [{ kind: 'added', name }] }
}

function applyEdit(
  name: MessageName,
  edit: { readonly text: string; readonly editedAtMs: number },
  received: Received,
  parts: ReceiveParts,
): Outcome {
  const { history } = parts
  if (history.tombstones.has(name)) return NOTHING
  if (history.messages.find(name) === undefined) {
    if (!isStranger(received, parts)) history.earlyEdits.put(name, edit)
    return NOTHING
  }
  const isNewer = history.messages.edit(name, edit)
  return { ...NOTHING, events: isNewer ? [{ kind: 'changed', name }] : [] }
}

function describeMessage(
  name: MessageName,
  received: Received,
  action: ShownAction,
  { own, nowMs }: ReceiveParts,
): NewMessage {
  const { hash, expiryMs, timer, sender } = received
  const isOwn = sender === own
  const end = isOwn ? expiryMs : Math.min(expiryMs, nowMs + timer.seconds * 1000)
  // What others sent to be read starts to end when it is read.
  const hasEnd = timer.mode !== 'off' && (isOwn || timer.mode === 'after_send')
  return {
    ...name,
    kind: action.kind,
    state: isOwn ? 'sent' : 'received',
    text: action.kind === 'message' ? action.text : '',
    details: action.kind === 'message' ? describeDetails(action) : {},
    receivedAtMs: nowMs,
    hash,
    timer,
    ...(hasEnd && { expiresAtMs: end }),
    ...(isOwn && { readAtMs: nowMs }),
  }
}

function describeDetails({
  quote,
  preview,
  invitation,
  attachments,
}: MessageAction): MessageDetails {
  return {
    ...(quote && { quote }),
    ...(preview && { preview: describePreview(preview) }),
    ...(invitation && { invitation }),
    ...(attachments.length > 0 && { attachments: attachments.map(describeAttachment) }),
  }
}
