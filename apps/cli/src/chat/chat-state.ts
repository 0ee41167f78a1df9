/**
 * What the screen of `sotto chat` knows. Everything in it is plain data: it is changed by `advance.ts` alone, drawn by `draw-chat.ts`, and
 * filled from the engine by `load-chat.ts`. Texts in it are as others wrote them; drawing makes them harmless.
 *
 * @module
 */
import type { ConversationId, DeliveryState, FilePresence, MessageName } from '@sotto/client/engine'
import { type Composer, EMPTY } from './composer.ts'
import type { Size } from './frame.ts'

export interface ShownConversation {
  readonly id: ConversationId
  readonly name: string
  readonly kind: 'account' | 'note' | 'group'
  readonly isRequest: boolean
  readonly isPinned: boolean
  readonly isMuted: boolean
  readonly isBlocked: boolean
  readonly unread: number
  readonly draft: string
  /** When messages disappear, in words; empty if they stay. */
  readonly timer: string
}

export interface ShownReaction {
  readonly emoji: string
  readonly count: number
  readonly isOwn: boolean
}

/** How far a file is: on its server, on its way here, in this device's store, in a folder of the person's. */
export type FileState = FilePresence | 'saved' | { readonly percent: number }

export interface ShownFile {
  /** Without what would make it read as another one. */
  readonly name: string
  /** In words. */
  readonly size: string
  /** Such as `640×480`; empty for what is no picture. */
  readonly dimensions: string
  readonly caption: string
  readonly state: FileState
}

export interface ShownMessage {
  /** The same for the same message whenever it is loaded. */
  readonly key: string
  /** Missing while the history does not know it. */
  readonly name: MessageName | undefined
  readonly conversation: ConversationId
  readonly author: string
  readonly isOwn: boolean
  /** In words, in the time of this machine. */
  readonly day: string
  readonly time: string
  /** Something that happened rather than something that was said. */
  readonly isEvent: boolean
  readonly text: string
  /** `awaiting_keys`: not sealed yet, because nobody said whether they have keys. */
  readonly state: DeliveryState | 'awaiting_keys'
  readonly isReadByThem: boolean
  readonly isEdited: boolean
  /** How long it lives, in words; empty if it stays. */
  readonly life: string
  readonly quote?: { readonly author: string; readonly text: string }
  readonly files: readonly ShownFile[]
  /** What it points to besides: pages, invitations. */
  readonly attachments: readonly string[]
  readonly reactions: readonly ShownReaction[]
}

/** A file that is being saved, or was while this screen is open. */
export interface Saving {
  /** Of the message. */
  readonly key: string
  readonly position: number
  readonly state: 'saved' | { readonly percent: number }
}

/** Written, and not yet known to the history: the network's time is asked first. */
export interface PendingText {
  readonly number: number
  readonly conversation: ConversationId
  readonly text: string
}

export interface Snapshot {
  readonly conversations: readonly ShownConversation[]
  /** Of the chosen conversation, oldest first. */
  readonly messages: readonly ShownMessage[]
  /** No older ones exist. */
  readonly isWhole: boolean
}

export interface Notice {
  readonly text: string
  readonly isFailure: boolean
}

export interface Found {
  readonly words: string
  readonly messages: readonly ShownMessage[]
}

export interface ChatState extends Snapshot {
  /** What others need to write to us. */
  readonly ownId: string
  readonly size: Size
  readonly chosen: ConversationId | undefined
  readonly composer: Composer
  readonly pending: readonly PendingText[]
  readonly saving: readonly Saving[]
  /** How many rows of messages are below the lowest one that is shown. */
  readonly scroll: number
  /** The key of the message that commands are about. */
  readonly marked: string | undefined
  readonly answered: ShownMessage | undefined
  readonly notice: Notice | undefined
  readonly isHelp: boolean
  readonly found: Found | undefined
  /** Why the network is not reached; empty while it is. */
  readonly trouble: string
}

export function createChatState(ownId: string, size: Size): ChatState {
  return {
    ownId,
    size,
    conversations: [],
    messages: [],
    isWhole: true,
    chosen: undefined,
    composer: EMPTY,
    pending: [],
    saving: [],
    scroll: 0,
    marked: undefined,
    answered: undefined,
    notice: undefined,
    isHelp: false,
    found: undefined,
    trouble: '',
  }
}

export function findChosen({ conversations, chosen }: ChatState): ShownConversation | undefined {
  return conversations.find(({ id }) => id === chosen)
}

export function findMarked(state: ChatState): ShownMessage | undefined {
  return listVisible(state).find(({ key }) => key === state.marked)
}

/** What is where messages are: those of the conversation, or what was searched. */
export function listVisible(state: ChatState): readonly ShownMessage[] {
  const { found, pending, chosen } = state
  if (found !== undefined) return showSaving(found.messages, state)
  const messages = showSaving(state.messages, state)
  const waiting = pending.filter(
    ({ conversation, text }) =>
      conversation === chosen && !messages.some((each) => isSame(each, text)),
  )
  return waiting.length === 0 ? messages : [...messages, ...waiting.map(showPending)]
}

function showSaving(
  messages: readonly ShownMessage[],
  { saving }: ChatState,
): readonly ShownMessage[] {
  if (saving.length === 0) return messages
  const byMessage = Map.groupBy(saving, ({ key }) => key)
  return messages.map((message) => {
    const own = byMessage.get(message.key)
    if (own === undefined) return message
    const files = message.files.map((file, index) => {
      const known = own.find(({ position }) => position === index)
      return known === undefined ? file : Object.assign({}, file, { state: known.state })
    })
    return { ...message, files }
  })
}

/** The history has it by now. */
function isSame({ isOwn, state, text }: ShownMessage, pending: string): boolean {
  return isOwn && state === 'queued' && text === pending
}

function showPending({ number, conversation, text }: PendingText): ShownMessage {
  return {
    key: `pending ${number}`,
    name: undefined,
    conversation,
    author: 'you',
    isOwn: true,
    day: '',
    time: '',
    isEvent: false,
    text,
    state: 'queued',
    isReadByThem: false,
    isEdited: false,
    life: '',
    files: [],
    attachments: [],
    reactions: [],
  }
}
