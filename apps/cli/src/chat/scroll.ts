/**
 * Where one is in the messages: going up and down, marking one, staying in place when others arrive.
 *
 * @module
 */
import { type ChatState, listVisible } from './chat-state.ts'
import { layOutHelp } from './draw-help.ts'
import { planScreen } from './plan-screen.ts'
import { type Step, stay } from './step.ts'
import { collectRows, countRowsBelow, layOutAt } from './transcript.ts'

/** A row of the page before stays visible. */
export function turnPage(state: ChatState, direction: 'up' | 'down'): Step {
  const { bodyHeight, bodyWidth } = planScreen(state)
  const page = Math.max(1, bodyHeight - 1)
  if (state.isHelp) return stay(turnHelp(state, direction === 'up' ? -page : page))
  if (direction === 'down') return stay({ ...state, scroll: Math.max(0, state.scroll - page) })
  const wanted = state.scroll + page + bodyHeight
  const { rows, isTop } = collectRows(listVisible(state), bodyWidth, wanted)
  const highest = Math.max(0, rows.length - bodyHeight)
  const next = { ...state, scroll: Math.min(state.scroll + page, highest) }
  return isTop ? stay(next, ...askForOlder(state)) : stay(next)
}

function askForOlder({ isWhole, found }: ChatState): Step['effects'] {
  return isWhole || found !== undefined ? [] : [{ kind: 'older' }]
}

/** Help is read from its beginning. */
function turnHelp(state: ChatState, by: number): ChatState {
  const { bodyHeight, bodyWidth } = planScreen(state)
  const lowest = Math.max(0, layOutHelp(state.ownId, bodyWidth).length - bodyHeight)
  return { ...state, scroll: Math.max(0, Math.min(state.scroll + by, lowest)) }
}

/** The first mark is on the newest message; below it is none. */
export function moveMark(state: ChatState, direction: 'up' | 'down'): Step {
  const messages = listVisible(state)
  const index = messages.findIndex(({ key }) => key === state.marked)
  if (index === -1 && direction === 'down') return stay(state)
  const target = index === -1 ? messages.length - 1 : index + (direction === 'up' ? -1 : 1)
  const message = messages[target]
  if (target >= messages.length) return stay({ ...state, marked: undefined, scroll: 0 })
  if (message === undefined) return stay(state, ...askForOlder(state))
  return stay(reveal({ ...state, marked: message.key }, target))
}

export function revealMarked(state: ChatState): ChatState {
  const index = listVisible(state).findIndex(({ key }) => key === state.marked)
  return index === -1 ? state : reveal(state, index)
}

/** Scrolls as far as needed to see a message, or its beginning if it is longer than the screen. */
function reveal(state: ChatState, index: number): ChatState {
  const { bodyHeight, bodyWidth } = planScreen(state)
  const messages = listVisible(state)
  const below = countRowsBelow(messages, index, bodyWidth)
  const top = below + layOutAt(messages, index, bodyWidth).length
  if (top > state.scroll + bodyHeight) return { ...state, scroll: top - bodyHeight }
  return below < state.scroll ? { ...state, scroll: Math.max(0, top - bodyHeight, below) } : state
}

/** Who reads older messages is not moved by new ones. */
export function stayInPlace(before: ChatState, after: ChatState): ChatState {
  if (before.scroll === 0 || before.isHelp || before.found !== undefined) return after
  const newest = before.messages.at(-1)?.key
  const index = after.messages.findIndex(({ key }) => key === newest)
  if (index === -1) return after
  const { bodyWidth } = planScreen(after)
  return { ...after, scroll: after.scroll + countRowsBelow(after.messages, index, bodyWidth) }
}
