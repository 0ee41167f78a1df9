/**
 * The one function that changes the screen's state. Pure: what has to happen elsewhere comes back as effects.
 *
 * @module
 */
import type { ConversationId } from '@sotto/client/engine'
import { type ChatState, listVisible, type Snapshot } from './chat-state.ts'
import { createComposer, editText, insertText } from './composer.ts'
import type { Input, Key, KeyName } from './effect.ts'
import { leave, sendLine } from './obey.ts'
import { noteSaving, saveFile } from './obey-files.ts'
import { moveMark, revealMarked, stayInPlace, turnPage } from './scroll.ts'
import { choose, keepDraft, type Step, stay } from './step.ts'

export function advance(state: ChatState, input: Input): Step {
  switch (input.kind) {
    case 'key':
      return press(state, input.key)
    case 'loaded':
      return load(state, input.snapshot)
    case 'chosen':
      return choose(state, input.id)
    case 'said':
      return stay({ ...state, notice: input.notice })
    case 'found':
      return stay({ ...state, found: input.found, isHelp: false, scroll: 0, marked: undefined })
    case 'settled':
      return settle(state, input.number, input.returned)
    case 'saving':
      return stay({ ...state, saving: noteSaving(state.saving, input) })
    case 'resized':
      return stay({ ...state, size: input.size, scroll: 0 }, { kind: 'redraw' })
    case 'trouble':
      return stay({ ...state, trouble: input.text })
  }
}

function press(state: ChatState, key: Key): Step {
  const { composer } = state
  if (key.kind === 'text') return write({ ...state, composer: insertText(composer, key.text) })
  return pressNamed(state, key.name)
}

function write(state: ChatState): Step {
  return keepDraft({ ...state, notice: undefined })
}

function pressNamed(state: ChatState, name: KeyName): Step {
  const { composer } = state
  switch (name) {
    case 'send':
      return sendLine(state)
    case 'newline':
      return write({ ...state, composer: insertText(composer, '\n') })
    case 'next':
      return choose(state, findNeighbour(state, 1))
    case 'previous':
      return choose(state, findNeighbour(state, -1))
    case 'pageUp':
      return turnPage(state, 'up')
    case 'pageDown':
      return turnPage(state, 'down')
    case 'markUp':
      return moveMark(state, 'up')
    case 'markDown':
      return moveMark(state, 'down')
    case 'escape':
      return stay(goBack(state))
    case 'save':
      return saveFile(state, '')
    case 'leave':
      return leave(state)
    case 'redraw':
    case 'suspend':
      return stay(state, { kind: name })
    default:
      return write({ ...state, composer: editText(composer, name) })
  }
}

function findNeighbour(
  { conversations, chosen }: ChatState,
  distance: 1 | -1,
): ConversationId | undefined {
  const count = conversations.length
  const place = conversations.findIndex(({ id }) => id === chosen)
  if (place === -1) return conversations[0]?.id
  return conversations[(place + distance + count) % count]?.id
}

/** From what is on top to what is below it. */
function goBack(state: ChatState): ChatState {
  const { isHelp, found, marked, answered } = state
  if (isHelp) return { ...state, isHelp: false, scroll: 0 }
  if (marked !== undefined) return { ...state, marked: undefined, scroll: 0 }
  if (found !== undefined) return { ...state, found: undefined, scroll: 0 }
  if (answered !== undefined) return { ...state, answered: undefined }
  return { ...state, notice: undefined, scroll: 0 }
}

/** At first the conversation on top is shown, and later another one if the chosen one went away. */
function load(state: ChatState, snapshot: Snapshot): Step {
  const { chosen } = state
  const isThere = snapshot.conversations.some(({ id }) => id === chosen)
  if (!isThere && (chosen !== undefined || snapshot.conversations.length > 0)) {
    const [first] = snapshot.conversations
    const { state: next, effects } = choose({ ...state, ...snapshot }, first?.id)
    return stay({ ...next, notice: state.notice }, ...effects)
  }
  const next = stayInPlace(state, { ...state, ...snapshot })
  const keys = new Set(listVisible(next).map(({ key }) => key))
  const answered = next.messages.find(({ key }) => key === state.answered?.key)
  const marked = keys.has(state.marked ?? '') ? state.marked : undefined
  const settled = { ...next, marked, answered }
  const isOpened = state.messages.length === 0 && marked !== undefined
  return stay(isOpened ? revealMarked(settled) : settled)
}

/** A text that was refused goes back, unless the next one is being written already. */
function settle(state: ChatState, number: number, returned: string | undefined): Step {
  const pending = state.pending.filter((each) => each.number !== number)
  const conversation = state.pending.find((each) => each.number === number)?.conversation
  const next = { ...state, pending }
  const canReturn = conversation === state.chosen && state.composer.text === ''
  if (returned === undefined || !canReturn) return stay(next)
  return keepDraft({ ...next, composer: createComposer(returned) })
}
