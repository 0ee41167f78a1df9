/**
 * What `sotto list`, `sotto history` and `sotto search` do.
 *
 * @module
 */
import type { Conversation, Messenger } from '@sotto/client/engine'
import type { Outcome } from '../output.ts'
import { readConversationId } from '../refused-text.ts'
import { describeMessage, formatLine, formatMessage, formatName, formatTime } from './layout.ts'
import { type AccountPlace, withMessenger } from './with-messenger.ts'

/** More than two, so that one look does not depend on the luck of two nodes. */
const MEMBERS_ASKED = 3

export function listConversations(place: AccountPlace): Promise<Outcome> {
  return withMessenger(place, async (messenger) => {
    await fetchNew(messenger)
    const list = messenger.conversations.list()
    const lines = list
      .filter(({ isHidden }) => !isHidden)
      .map((conversation) => {
        const { id, latest, unread, isRequest, isPinned, isMuted, isBlocked } = conversation
        const marks = [
          isRequest && 'request',
          isPinned && 'pinned',
          isMuted && 'muted',
          isBlocked && 'blocked',
          unread > 0 && `${unread} unread`,
        ].filter((mark) => mark !== false)
        const head = [
          formatName(conversation),
          ...(marks.length > 0 ? [`(${marks.join(', ')})`] : []),
        ]
        const last =
          latest === undefined
            ? ''
            : `\n  ${formatTime(latest.sentAtMs)}  ${formatLine(latest.text)}`
        return `${head.join('  ')}\n  ${id}${last}`
      })
    const json = list.map((conversation) => describeConversation(conversation, messenger))
    return { json, text: lines.length === 0 ? 'No conversations.' : lines.join('\n\n') }
  })
}

export function showHistory(place: AccountPlace, id: string, limit: number): Promise<Outcome> {
  const accountId = readConversationId(id)
  return withMessenger(place, async (messenger) => {
    await fetchNew(messenger)
    const messages = messenger.conversations.messages(accountId, { limit }).toReversed()
    return {
      json: messages.map((message) => describeMessage(message, messenger)),
      text:
        messages.length === 0
          ? 'No messages.'
          : messages.map((message) => formatMessage(message, messenger)).join('\n'),
    }
  })
}

/** On this device; nobody is asked. */
export function searchMessages(
  place: AccountPlace,
  words: string,
  { limit, conversation }: { readonly limit: number; readonly conversation?: string },
): Promise<Outcome> {
  const accountId = conversation === undefined ? undefined : readConversationId(conversation)
  return withMessenger(place, (messenger) => {
    const found = messenger.conversations.search({
      words,
      limit,
      ...(accountId && { conversation: accountId }),
    })
    return {
      json: found.map((message) => describeMessage(message, messenger)),
      text:
        found.length === 0
          ? 'Nothing was found.'
          : found.map((message) => formatMessage(message, messenger)).join('\n'),
    }
  })
}

function describeConversation(
  { latest, ...conversation }: Conversation,
  messenger: Messenger,
): object {
  const shown = latest === undefined ? null : describeMessage(latest, messenger)
  return { ...conversation, latest: shown }
}

async function fetchNew(messenger: Messenger): Promise<void> {
  const polled = await messenger.poll({ members: MEMBERS_ASKED })
  if (!polled.ok) throw polled.error
}
