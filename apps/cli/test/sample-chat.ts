/**
 * States of the screen for conversations, as short to write in a test as they can be.
 *
 * @module
 */
import { type AccountId, deriveAccount } from '@sotto/crypto/identity'
import { advance } from '../src/chat/advance.ts'
import {
  type ChatState,
  createChatState,
  type ShownConversation,
  type ShownFile,
  type ShownMessage,
} from '../src/chat/chat-state.ts'
import type { Input, KeyName } from '../src/chat/effect.ts'
import type { Size } from '../src/chat/frame.ts'
import type { Step } from '../src/chat/step.ts'

const SEED_BYTES = 16

export const ALICE: AccountId = createId(1)
export const BOB: AccountId = createId(2)
export const USUAL: Size = { columns: 80, rows: 24 }

function createId(number: number): AccountId {
  return deriveAccount(new Uint8Array(SEED_BYTES).fill(number)).accountId
}

export function conversation(changes: Partial<ShownConversation> = {}): ShownConversation {
  return {
    id: ALICE,
    name: 'Alice',
    kind: 'account',
    isRequest: false,
    isPinned: false,
    isMuted: false,
    isBlocked: false,
    unread: 0,
    draft: '',
    timer: '',
    ...changes,
  }
}

export function message(number: number, changes: Partial<ShownMessage> = {}): ShownMessage {
  return {
    key: `message ${number}`,
    name: { conversation: ALICE, author: ALICE, sentAtMs: number },
    conversation: ALICE,
    author: 'Alice',
    isOwn: false,
    day: 'Mon Nov 23 2026',
    time: '21:30',
    isEvent: false,
    text: `text ${number}`,
    state: 'received',
    isReadByThem: false,
    isEdited: false,
    life: '',
    files: [],
    attachments: [],
    reactions: [],
    ...changes,
  }
}

export function file(changes: Partial<ShownFile> = {}): ShownFile {
  const about = { name: 'cat.jpg', size: '33 kB', dimensions: '640×480', caption: '' }
  return { ...about, state: 'absent', ...changes }
}

export function ownMessage(number: number, changes: Partial<ShownMessage> = {}): ShownMessage {
  return message(number, { author: 'you', isOwn: true, state: 'sent', ...changes })
}

/** One conversation with these messages, which is chosen. */
export function talk(
  messages: readonly ShownMessage[],
  changes: Partial<ChatState> = {},
): ChatState {
  return {
    ...createChatState(ALICE, USUAL),
    conversations: [conversation()],
    chosen: ALICE,
    messages,
    ...changes,
  }
}

/** A key by its name, anything else as text. */
export function press(state: ChatState, ...keys: readonly KeyName[]): Step {
  return feed(
    state,
    keys.map((name) => ({ kind: 'key', key: { kind: 'press', name } })),
  )
}

/** A line and Enter. */
export function enter(state: ChatState, line: string): Step {
  return feed(state, [
    { kind: 'key', key: { kind: 'text', text: line } },
    { kind: 'key', key: { kind: 'press', name: 'send' } },
  ])
}

/** The last state, and the effects of all inputs. */
export function feed(state: ChatState, inputs: readonly Input[]): Step {
  let step: Step = { state, effects: [] }
  for (const input of inputs) {
    const { state: next, effects } = advance(step.state, input)
    step = { state: next, effects: [...step.effects, ...effects] }
  }
  return step
}
