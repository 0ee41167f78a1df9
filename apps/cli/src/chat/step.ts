/**
 * What comes of an input: the next state, and what the messenger or the terminal should do.
 *
 * @module
 */
import type { ConversationId } from '@sotto/client/engine'
import { type ChatState, findChosen, type Notice } from './chat-state.ts'
import { createComposer, EMPTY } from './composer.ts'
import type { Effect } from './effect.ts'

export interface Step {
  readonly state: ChatState
  readonly effects: readonly Effect[]
}

export const NOBODY = 'Choose a conversation first, or begin one with /to ID.'

export function stay(state: ChatState, ...effects: readonly Effect[]): Step {
  return { state, effects }
}

export function notify(state: ChatState, text: string, isFailure: boolean): ChatState {
  const notice: Notice = { text, isFailure }
  return { ...state, notice }
}

/** Another conversation, as its own draft and from its newest message on. */
export function choose(state: ChatState, id: ConversationId | undefined): Step {
  const left = keepDraft(state)
  const draft = left.state.conversations.find((each) => each.id === id)?.draft ?? ''
  const next: ChatState = {
    ...left.state,
    chosen: id,
    messages: [],
    isWhole: true,
    composer: draft === '' ? EMPTY : createComposer(draft),
    scroll: 0,
    marked: undefined,
    answered: undefined,
    notice: undefined,
    isHelp: false,
    found: undefined,
  }
  return stay(next, ...left.effects, { kind: 'load' })
}

/** What is being written belongs to its conversation, also when it is left. */
export function keepDraft(state: ChatState): Step {
  const chosen = findChosen(state)
  const { text } = state.composer
  if (chosen === undefined || chosen.draft === text) return stay(state)
  const conversations = state.conversations.map((each) =>
    each.id === chosen.id ? { ...each, draft: text } : each,
  )
  return stay({ ...state, conversations }, { kind: 'draft', to: chosen.id, text })
}
