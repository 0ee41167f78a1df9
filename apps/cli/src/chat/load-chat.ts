/**
 * What the screen shows, read from the engine: names in place of ids, times in words. It answers at once and asks nobody.
 *
 * @module
 */
import type {
  Conversation,
  ConversationId,
  HistoryMessage,
  MessageDetails,
  MessageName,
  Messenger,
} from '@sotto/client/engine'
import { parseAccountId, type AccountId } from '@sotto/crypto/identity'
import { parseGroupKey } from '@sotto/protocol/config'
import {
  describeFileSize,
  describeKind,
  describeSeconds,
  describeTimer,
  formatFileName,
  formatName,
  waitsForKeys,
} from '../messages/layout.ts'
import type {
  ShownConversation,
  ShownFile,
  ShownMessage,
  ShownReaction,
  Snapshot,
} from './chat-state.ts'
import { cleanLine, cutText } from './text-cells.ts'

export interface Loading {
  readonly chosen: ConversationId | undefined
  /** How many messages of the chosen conversation. */
  readonly limit: number
  /** Conversations in which nothing was said yet. */
  readonly begun: readonly ConversationId[]
}

const OWN_NAME = 'you'
const SHORT_ID = 10
/** Hours and minutes. */
const TIME_LENGTH = 5

export function loadChat(messenger: Messenger, { chosen, limit, begun }: Loading): Snapshot {
  const all = messenger.conversations.list()
  const known = all.filter(({ id, isHidden }) => !isHidden || id === chosen)
  const fresh = begun.filter((id) => !known.some((each) => each.id === id))
  const shown = [
    ...fresh.map((id) => showBegun(id, messenger)),
    ...known.map((each) => showConversation(each, messenger)),
  ]
  // One more than wanted tells whether there are older ones.
  const newest =
    chosen === undefined ? [] : messenger.conversations.messages(chosen, { limit: limit + 1 })
  const name = createNaming(messenger, nameAll(all))
  return {
    conversations: shown.toSorted((a, b) => Number(a.isRequest) - Number(b.isRequest)),
    messages: newest
      .slice(0, limit)
      .toReversed()
      .map((message) => showMessage(message, messenger, name)),
    isWhole: newest.length <= limit,
  }
}

/** Newest first in the engine; like everything else, newest last on the screen. */
export function loadFound(
  messenger: Messenger,
  words: string,
  limit: number,
): readonly ShownMessage[] {
  const names = nameAll(messenger.conversations.list())
  const name = createNaming(messenger, names)
  return messenger.conversations
    .search({ words, limit })
    .toReversed()
    .map((message) => {
      const shown = showMessage(message, messenger, name)
      const place = names.get(message.conversation) ?? ''
      const author = place === shown.author ? place : `${place}, ${shown.author}`
      return Object.assign(shown, { author })
    })
}

type Names = ReadonlyMap<ConversationId, string>

function nameAll(conversations: readonly Conversation[]): Names {
  return new Map(conversations.map((each) => [each.id, formatName(each)]))
}

type Naming = (id: AccountId, conversation: ConversationId) => string

/** Groups know names of people whom we do not. Each is asked once. */
function createNaming({ accountId, contacts, groups }: Messenger, names: Names): Naming {
  const members = new Map<ConversationId, ReadonlyMap<AccountId, string>>()
  const findMember = (id: AccountId, conversation: ConversationId): string | undefined => {
    const group = parseGroupKey(conversation)
    if (group === undefined) return undefined
    const listed =
      members.get(group) ??
      new Map((groups.describe(group)?.members ?? []).map(([key, { name }]) => [key, name]))
    members.set(group, listed)
    return listed.get(id)
  }
  return (id, conversation) => {
    if (id === accountId) return OWN_NAME
    const contact = contacts.find(id)
    const candidates = [contact?.nickname, contact?.name, findMember(id, conversation)]
    const name = candidates.find((each) => each !== undefined && each !== '') ?? names.get(id) ?? ''
    return isUsable(name) ? name : `${id.slice(0, SHORT_ID)}…`
  }
}

/** Judged as it is drawn: nobody is without a name or passes for the person at the terminal. */
function isUsable(name: string): boolean {
  const drawn = cutText(cleanLine(name), name.length).trim().toLowerCase()
  return drawn !== '' && drawn !== OWN_NAME
}

function showConversation(conversation: Conversation, messenger: Messenger): ShownConversation {
  const { id, kind, isRequest, isPinned, isMuted, isBlocked } = conversation
  const { unread, isMarkedUnread, draft } = conversation
  return {
    id,
    kind,
    name: formatName(conversation),
    isRequest,
    isPinned,
    isMuted,
    isBlocked,
    unread: Math.max(unread, isMarkedUnread ? 1 : 0),
    draft,
    timer: describeLife(id, messenger),
  }
}

function showBegun(id: ConversationId, { accountId }: Messenger): ShownConversation {
  const kind = id === accountId ? 'note' : parseGroupKey(id) === undefined ? 'account' : 'group'
  const standing = { isRequest: false, isPinned: false, isMuted: false, isBlocked: false }
  return {
    id,
    kind,
    name: formatName({ id, kind, name: '' }),
    ...standing,
    unread: 0,
    draft: '',
    timer: '',
  }
}

function describeLife(id: ConversationId, { contacts, groups }: Messenger): string {
  const group = parseGroupKey(id)
  const account = parseAccountId(id)
  const timer =
    group === undefined
      ? account.ok && contacts.findTimer(account.value)
      : groups.describe(group)?.timer
  return timer === undefined || timer === false || timer.mode === 'off' ? '' : describeTimer(timer)
}

function showMessage(message: HistoryMessage, messenger: Messenger, naming: Naming): ShownMessage {
  const { conversation, author, sentAtMs, kind, text, state, timer, details } = message
  const name: MessageName = { conversation, author, sentAtMs }
  const quote = details.quote && showQuote({ ...details.quote, conversation }, messenger, naming)
  return {
    key: `${conversation} ${author} ${sentAtMs}`,
    name,
    conversation,
    author: naming(author, conversation),
    isOwn: author === messenger.accountId,
    ...describeMoment(sentAtMs),
    isEvent: kind !== 'message',
    text: kind === 'message' ? text : describeKind(message),
    state: waitsForKeys(message, messenger) ? 'awaiting_keys' : state,
    isReadByThem: message.isReadByThem,
    isEdited: message.editedAtMs !== undefined,
    life: timer.mode === 'off' ? '' : describeSeconds(timer.seconds),
    ...(quote && { quote }),
    files: showFiles(details, messenger),
    attachments: listLinks(details),
    reactions: countReactions(name, messenger),
  }
}

function showQuote(
  name: MessageName,
  { conversations }: Messenger,
  naming: Naming,
): { readonly author: string; readonly text: string } {
  const quoted = conversations.find(name)
  const text = quoted?.text ?? 'a message that is not here any more'
  return { author: naming(name.author, name.conversation), text }
}

function showFiles(
  { attachments = [] }: MessageDetails,
  { files }: Messenger,
): readonly ShownFile[] {
  return attachments.map((file) => {
    const { width, height, caption } = file
    return {
      name: formatFileName(file),
      size: describeFileSize(file),
      dimensions: width > 0 && height > 0 ? `${width}×${height}` : '',
      caption,
      state: files.presenceOf(file),
    }
  })
}

function listLinks({ preview, invitation }: MessageDetails): readonly string[] {
  return [
    ...(preview === undefined ? [] : [`${preview.title} ${preview.url}`]),
    ...(invitation === undefined ? [] : [`invitation to ${invitation.name} ${invitation.url}`]),
  ]
}

function countReactions(name: MessageName, messenger: Messenger): readonly ShownReaction[] {
  const all = messenger.conversations.reactions(name)
  return [...Map.groupBy(all, ({ emoji }) => emoji)].map(([emoji, each]) => ({
    emoji,
    count: each.length,
    isOwn: each.some(({ reactor }) => reactor === messenger.accountId),
  }))
}

/** The sender's claim, which may be no date at all. */
function describeMoment(timeMs: number): { readonly day: string; readonly time: string } {
  const date = new Date(timeMs)
  if (Number.isNaN(date.getTime())) return { day: 'no date', time: '' }
  return { day: date.toDateString(), time: date.toTimeString().slice(0, TIME_LENGTH) }
}
