/**
 * Changes a history as a received content asks for, within what its sender may ask (spec 05 §5.4). Applying the same content twice,
 * or contents in another order, leads to the same history.
 *
 * @module
 */
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { ReactionAction, SenderProfile, SessionAction } from '@sotto/protocol/session'
import type { MessageName } from '../../storage/history-message.ts'
import { addMessage } from './add-message.ts'
import {
  isStranger,
  locate,
  NOTHING,
  type Outcome,
  type Received,
  type ReceiveParts,
} from './received.ts'

/** A message may have been composed a while before it was stored. */
const TOMBSTONE_MS: number = 2 * TTL_MAX_PUBLIC_INBOX_MS

export function applyReceived(received: Received, parts: ReceiveParts): Outcome {
  const { own, contacts } = parts
  const { sender, action } = received
  if (sender !== own && contacts.find(sender)?.isBlocked === true) return NOTHING
  if (isStranger(received, parts) && !parts.acceptsStrangers) return NOTHING
  noteProfile(received, parts)
  noteContact(received, parts)
  switch (action.kind) {
    case 'message':
    case 'timer':
    case 'screenshot':
    case 'media_saved':
      return addMessage(received, action, parts)
    case 'reaction':
      return applyReaction(received, action, parts)
    case 'read':
      return markReadByThem(received, action.sentAtMs, parts)
    case 'typing':
      if (sender === own) return NOTHING
      return {
        ...NOTHING,
        events: [{ kind: 'typing', conversation: sender, isTyping: action.isTyping }],
      }
    case 'unsend':
      return takeBack(action.target, received, parts)
    case 'request_accepted':
      return noteAcceptance(received, parts)
    case 'group':
      return parts.takeGroupUpdate?.(received, action.update) ?? NOTHING
    case 'call':
    case 'unknown':
      return NOTHING
  }
}

function findProfile(action: SessionAction): SenderProfile | undefined {
  return 'profile' in action ? action.profile : undefined
}

function noteProfile({ sender, sentAtMs, action }: Received, parts: ReceiveParts): void {
  const { own, history, contacts } = parts
  const profile = findProfile(action)
  if (sender === own || profile?.displayName === undefined) return
  const { displayName: name, pictureUrl = '', key = new Uint8Array() } = profile
  // A time in the future would be the last word for ever.
  const changedAtMs = Math.min((profile.updatedAtSeconds ?? 0) * 1000 || sentAtMs, parts.nowMs)
  const isNewer = history.profiles.put(sender, { name, pictureUrl, pictureKey: key }, changedAtMs)
  if (!isNewer || contacts.find(sender) === undefined) return
  const picture = pictureUrl === '' ? null : { url: pictureUrl, key }
  contacts.update(sender, { name, picture: key.length === 32 ? picture : null })
}

/** Whoever writes to us has approved us. What was hidden shows again when something new comes. */
function noteContact(received: Received, parts: ReceiveParts): void {
  const { sender, action, sentAtMs, conversation } = received
  const { own, contacts, history } = parts
  const contact = contacts.find(sender)
  const isToUs = sender !== own && conversation === undefined
  if (!isToUs || contact === undefined || action.kind !== 'message') return
  const name = { conversation: sender, author: sender, sentAtMs }
  const isOld = history.tombstones.has(name) || history.messages.find(name) !== undefined
  if (isOld) return
  if (contact.isApproved && !contact.hasApprovedMe) contacts.update(sender, { hasApprovedMe: true })
  if (contact.priority < 0) contacts.update(sender, { priority: 0 })
}

function applyReaction(
  received: Received,
  { target, emoji, isRemoved }: ReactionAction,
  parts: ReceiveParts,
): Outcome {
  const name: MessageName = { ...target, conversation: locate(received, parts) }
  const { history } = parts
  if (history.tombstones.has(name)) return NOTHING
  const isKnown = history.messages.find(name) !== undefined
  // What strangers react to has to exist; people we know may be faster than the message.
  if (!isKnown && isStranger(received, parts)) return NOTHING
  const { sender: reactor, sentAtMs: changedAtMs } = received
  const isNew = history.reactions.put({ target: name, reactor, emoji, isRemoved, changedAtMs })
  return { ...NOTHING, events: isNew && isKnown ? [{ kind: 'changed', name }] : [] }
}

function markReadByThem(
  { sender }: Received,
  times: readonly number[],
  { own, history }: ReceiveParts,
): Outcome {
  if (sender === own) return NOTHING
  const names = times.map((sentAtMs) => ({ conversation: sender, author: own, sentAtMs }))
  const marked = names.filter((name) => history.messages.markReadByThem(name))
  return { ...NOTHING, events: marked.map((name) => ({ kind: 'changed', name })) }
}

/** From another device of ours it names no conversation, from others it can only be theirs. */
function takeBack(
  target: { readonly author: Received['sender']; readonly sentAtMs: number },
  { sender }: Received,
  { own, history }: ReceiveParts,
): Outcome {
  const known = history.messages.findByAuthor(target.author, target.sentAtMs)
  const meant = known.filter(({ conversation }) => sender === own || conversation === sender)
  const names: readonly MessageName[] =
    meant.length > 0 || sender === own ? meant : [{ ...target, conversation: sender }]
  for (const name of names) history.erase(name, target.sentAtMs + TOMBSTONE_MS)
  return {
    ...NOTHING,
    events: meant.map((name) => ({ kind: 'erased', name })),
    obsoleteHashes: meant.flatMap(({ hash }) => hash ?? []),
  }
}

function noteAcceptance({ sender }: Received, { own, contacts }: ReceiveParts): Outcome {
  if (sender === own) return NOTHING
  contacts.update(sender, { hasApprovedMe: true })
  return { ...NOTHING, events: [{ kind: 'conversation', conversation: sender }] }
}
