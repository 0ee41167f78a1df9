/** What a sent line does. */
import { describe, expect, it } from 'vitest'
import {
  ALICE,
  conversation,
  enter,
  message,
  ownMessage,
  press,
  talk,
  USUAL,
} from '../../test/sample-chat.ts'
import { type ChatState, createChatState } from './chat-state.ts'
import type { Effect } from './effect.ts'

const theirs = message(1)
const mine = ownMessage(2)
const failed = ownMessage(3, { state: 'failed' })
const event = message(4, { isEvent: true })

function obey(line: string, changes: Partial<ChatState> = {}): ReturnType<typeof enter> {
  return enter(talk([theirs, mine, failed, event], changes), line)
}

/** Without drafts, which every key changes. */
function acts(effects: readonly Effect[]): readonly Effect[] {
  return effects.filter(({ kind }) => kind !== 'draft')
}

describe('a text', () => {
  it('goes to the conversation, and the line is empty', () => {
    const { state, effects } = obey('hello\n/quit')
    expect(acts(effects)).toEqual([{ kind: 'send', number: 1, to: ALICE, text: 'hello\n/quit' }])
    expect(state).toMatchObject({ composer: { text: '' }, scroll: 0 })
    expect(effects.findLast(({ kind }) => kind === 'draft')).toMatchObject({ text: '' })
  })

  it('answers what is answered, once', () => {
    const answering = obey('/reply').state
    expect(answering.answered).toBe(theirs)
    const { state, effects } = enter(answering, 'yes')
    expect(acts(effects)).toMatchObject([{ kind: 'send', quote: theirs.name }])
    expect(state.answered).toBeUndefined()
  })

  it.each(['', '  ', '\n'])('that is empty (%j) goes nowhere', (text) => {
    expect(acts(obey(text).effects)).toEqual([])
  })

  it('to nobody stays where it was written', () => {
    const { state, effects } = enter(createChatState(ALICE, USUAL), 'hello')
    expect(effects).toEqual([])
    expect(state).toMatchObject({ composer: { text: 'hello' }, notice: { isFailure: true } })
  })
})

describe('a command', () => {
  it.each<[string, Effect]>([
    ['/react 🎉', { kind: 'react', target: nameOf(1), emoji: '🎉', isRemoved: false }],
    ['/edit better', { kind: 'edit', target: nameOf(3), text: 'better' }],
    ['/unsend', { kind: 'unsend', target: nameOf(3) }],
    ['/again', { kind: 'again', target: nameOf(3), text: 'text 3' }],
    ['/block', { kind: 'block', id: ALICE, isBlocked: true }],
    ['/unblock', { kind: 'block', id: ALICE, isBlocked: false }],
    ['/timer send 1d', { kind: 'timer', id: ALICE, wish: ['send', '1d'] }],
    ['/search two words', { kind: 'search', words: 'two words' }],
    ['/to 05ab', { kind: 'begin', id: '05ab' }],
    ['/quit', { kind: 'leave' }],
  ])('%s is passed on', (line, effect) => {
    const { state, effects } = obey(line)
    expect(acts(effects)).toEqual([effect])
    expect(state.composer.text).toBe('')
  })

  it('is about the marked message', () => {
    const marked = { marked: 'message 2' }
    expect(acts(obey('/unsend', marked).effects)).toMatchObject([{ target: nameOf(2) }])
    expect(acts(obey('/react 🎉', marked).effects)).toMatchObject([{ target: nameOf(2) }])
    expect(obey('/reply', marked).state).toMatchObject({ answered: mine, marked: undefined })
  })

  it.each([
    ['/unsend', 'message 1'],
    ['/edit x', 'message 1'],
    ['/again', 'message 2'],
    ['/reply', 'message 4'],
    ['/react 🎉', 'message 4'],
  ])('%s does nothing to %s, for which it makes no sense', (line, marked) => {
    const { state, effects } = obey(line, { marked })
    expect(acts(effects)).toEqual([])
    expect(state.notice?.isFailure).toBe(true)
  })

  it('takes a reaction away that is there', () => {
    const reactions = [{ emoji: '🎉', count: 2, isOwn: true }]
    const { effects } = enter(talk([message(1, { reactions })]), '/react 🎉')
    expect(acts(effects)).toMatchObject([{ isRemoved: true }])
  })

  it.each(['accept', 'decline'] as const)('/%s decides about a request only', (decision) => {
    const conversations = [conversation({ isRequest: true })]
    const { effects } = obey(`/${decision}`, { conversations })
    expect(acts(effects)).toEqual([{ kind: 'decide', id: ALICE, decision }])
    expect(acts(obey(`/${decision}`).effects)).toEqual([])
  })

  it('/block is for accounts', () => {
    const conversations = [conversation({ kind: 'group' })]
    expect(acts(obey('/block', { conversations }).effects)).toEqual([])
  })

  it('/timer alone says what is set', () => {
    expect(obey('/timer').state.notice?.text).toBe('Messages disappear: never.')
  })

  it('that does not exist is not sent, and stays to be corrected', () => {
    const { state, effects } = obey('/sned')
    expect(acts(effects)).toEqual([])
    expect(state.composer.text).toBe('/sned')
    expect(state.notice?.text).toContain('/help')
  })

  it('needs a conversation where it is about one', () => {
    for (const line of ['/accept', '/timer', '/unsend', '/reply'])
      expect(enter(createChatState(ALICE, USUAL), line).state.notice?.isFailure).toBe(true)
  })

  it('about a message that is still being written down waits', () => {
    const pending = enter(talk([]), 'hello').state
    const marked = press(pending, 'markUp').state
    expect(acts(enter(marked, '/unsend').effects)).toEqual([])
  })
})

function nameOf(number: number): NonNullable<ReturnType<typeof message>['name']> {
  return { conversation: ALICE, author: ALICE, sentAtMs: number }
}
