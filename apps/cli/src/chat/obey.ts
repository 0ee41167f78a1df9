/**
 * What sending a line does: a text goes out, a command becomes what the messenger should do. Which message a command is about: the marked
 * one, else the newest of whom the command makes sense for.
 *
 * @module
 */
import type { MessageName } from '@sotto/client/engine'
import { type ChatState, findChosen, findMarked, type ShownMessage } from './chat-state.ts'
import { EMPTY } from './composer.ts'
import type { Effect } from './effect.ts'
import { type CommandName, parseTyped } from './slash-command.ts'
import { attachFile, saveFile } from './obey-files.ts'
import { choose, keepDraft, NOBODY, notify, type Step, stay } from './step.ts'

export function sendLine(state: ChatState): Step {
  const typed = parseTyped(state.composer.text)
  if (typed.kind === 'wrong') return stay(notify(state, typed.reason, true))
  if (typed.kind === 'command') {
    const cleared = keepDraft(clearComposer(state))
    const { state: next, effects } = obey(cleared.state, typed.name, typed.rest)
    return stay(next, ...cleared.effects, ...effects)
  }
  if (typed.text.trim() === '') return openFound(state)
  return sendText(state, typed.text)
}

function clearComposer(state: ChatState): ChatState {
  return { ...state, composer: EMPTY, notice: undefined }
}

function sendText(state: ChatState, text: string): Step {
  const { chosen, answered, pending } = state
  if (chosen === undefined) return stay(notify(state, NOBODY, true))
  const number = (pending.at(-1)?.number ?? 0) + 1
  const quote = answered?.name
  const sent: Effect = { kind: 'send', number, to: chosen, text, ...(quote && { quote }) }
  const next = {
    ...clearComposer(state),
    pending: [...pending, { number, conversation: chosen, text }],
    answered: undefined,
    marked: undefined,
    found: undefined,
    isHelp: false,
    scroll: 0,
  }
  const kept = keepDraft(next)
  return stay(kept.state, ...kept.effects, sent)
}

/** Enter on something that was found goes there. */
function openFound(state: ChatState): Step {
  const marked = state.found === undefined ? undefined : findMarked(state)
  if (marked === undefined) return stay({ ...state, notice: undefined })
  const { state: next, effects } = choose(state, marked.conversation)
  return stay({ ...next, marked: marked.key }, ...effects)
}

function obey(state: ChatState, name: CommandName, rest: string): Step {
  switch (name) {
    case 'quit':
      return leave(state)
    case 'help':
      return stay({ ...state, isHelp: true, found: undefined, scroll: 0 })
    case 'search':
      return stay(state, { kind: 'search', words: rest })
    case 'to':
      return stay(state, { kind: 'begin', id: rest })
    case 'accept':
    case 'decline':
    case 'block':
    case 'unblock':
    case 'timer':
      return decide(state, name, rest)
    case 'reply':
    case 'react':
    case 'edit':
    case 'unsend':
    case 'again':
      return actOn(state, name, rest)
    case 'attach':
      return attachFile(state, rest)
    case 'save':
      return saveFile(state, rest)
  }
}

export function leave(state: ChatState): Step {
  const kept = keepDraft(state)
  return stay(kept.state, ...kept.effects, { kind: 'leave' })
}

type Decision = 'accept' | 'decline' | 'block' | 'unblock' | 'timer'

function decide(state: ChatState, name: Decision, rest: string): Step {
  const chosen = findChosen(state)
  if (chosen === undefined) return stay(notify(state, NOBODY, true))
  const { id } = chosen
  if (name === 'timer') {
    if (rest !== '') return stay(state, { kind: 'timer', id, wish: rest.split(/\s+/u) })
    const timer = chosen.timer === '' ? 'never' : chosen.timer
    return stay(notify(state, `Messages disappear: ${timer}.`, false))
  }
  if (name === 'block' || name === 'unblock') {
    if (chosen.kind !== 'account')
      return stay(notify(state, 'Only an account can be blocked.', true))
    return stay(state, { kind: 'block', id, isBlocked: name === 'block' })
  }
  if (!chosen.isRequest)
    return stay(notify(state, 'This is no request; there is nothing to decide.', true))
  return stay(state, { kind: 'decide', id, decision: name })
}

type Act = 'reply' | 'react' | 'edit' | 'unsend' | 'again'

/** Whose newest message is meant if none is marked, and what is said if there is none. */
const TARGETS: Readonly<Record<Act, readonly [(message: ShownMessage) => boolean, string]>> = {
  reply: [isTheirs, 'There is no message to answer; mark one with Ctrl-P.'],
  react: [isTheirs, 'There is no message to react to; mark one with Ctrl-P.'],
  edit: [isOwn, 'That is no message of yours.'],
  unsend: [isOwn, 'That is no message of yours.'],
  again: [({ state }) => state === 'failed', 'Everything was sent.'],
}

function isTheirs(message: ShownMessage): boolean {
  return !message.isOwn && !message.isEvent
}

function isOwn(message: ShownMessage): boolean {
  return message.isOwn && !message.isEvent
}

function actOn(state: ChatState, act: Act, rest: string): Step {
  const [fits, otherwise] = TARGETS[act]
  const target = findMarked(state) ?? state.messages.findLast(fits)
  const isAnybodys = act === 'reply' || act === 'react'
  if (target?.name === undefined || target.isEvent || (!isAnybodys && !fits(target)))
    return stay(notify(state, otherwise, true))
  if (act === 'reply') return stay({ ...state, answered: target, marked: undefined })
  const effect = createEffect(act, { ...target, name: target.name }, rest)
  return stay({ ...state, marked: undefined }, effect)
}

interface Target extends ShownMessage {
  readonly name: MessageName
}

function createEffect(act: Exclude<Act, 'reply'>, message: Target, rest: string): Effect {
  const { name: target, reactions, text } = message
  switch (act) {
    case 'react': {
      const isRemoved = reactions.some(({ emoji, isOwn: isMine }) => isMine && emoji === rest)
      return { kind: 'react', target, emoji: rest, isRemoved }
    }
    case 'edit':
      return { kind: 'edit', target, text: rest }
    case 'unsend':
      return { kind: 'unsend', target }
    case 'again':
      return { kind: 'again', target, text }
  }
}
