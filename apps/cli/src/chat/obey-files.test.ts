/** What `/attach`, `/save` and Ctrl-S ask for. */
import { describe, expect, it } from 'vitest'
import {
  ALICE,
  enter,
  feed,
  file,
  message,
  ownMessage,
  press,
  talk,
  USUAL,
} from '../../test/sample-chat.ts'
import { type ChatState, createChatState, listVisible } from './chat-state.ts'
import type { Effect, Input } from './effect.ts'

const older = message(1, { files: [file({ name: 'old.jpg' })] })
const two = message(2, { files: [file(), file({ name: 'b.txt' })] })
const plain = message(3)
const mine = ownMessage(4, { files: [file({ name: 'mine.txt' })] })

function state(changes: Partial<ChatState> = {}): ChatState {
  return talk([older, two, plain, mine], changes)
}

function acts(effects: readonly Effect[]): readonly Effect[] {
  return effects.filter(({ kind }) => kind !== 'draft')
}

function save(number: number, position: number): Effect {
  const target = { conversation: ALICE, author: ALICE, sentAtMs: number }
  return { kind: 'save', target, key: `message ${number}`, position, isAsItIs: false }
}

describe('saving', () => {
  it('is of the newest message of the others that has files, and of its first that is not saved', () => {
    const first = press(state(), 'save')
    expect(acts(first.effects)).toEqual([save(2, 0)])
    const second = press(first.state, 'save')
    expect(acts(second.effects)).toEqual([save(2, 1)])
    const third = press(second.state, 'save')
    expect(acts(third.effects)).toEqual([])
    expect(third.state.notice?.text).toBe('All of its files are saved, or under way.')
  })

  it('is of the marked message, and of the file that is named', () => {
    const marked = state({ marked: 'message 1' })
    expect(acts(press(marked, 'save').effects)).toEqual([save(1, 0)])
    expect(acts(enter(state(), '/save 2').effects)).toEqual([save(2, 1)])
    expect(acts(enter(state({ marked: 'message 4' }), '/save').effects)).toEqual([save(4, 0)])
    const asItIs = acts(enter(state(), '/save --as-is 1').effects)
    expect(asItIs).toEqual([{ ...save(2, 0), isAsItIs: true }])
  })

  it.each<[string, Partial<ChatState>, string]>([
    ['/save 3', {}, 'It has 2 files.'],
    ['/save 2', { marked: 'message 1' }, 'It has one file.'],
    ['/save 0', {}, 'Files of a message are counted from 1: /save 2'],
    ['/save x', {}, 'Files of a message are counted from 1: /save 2'],
    ['/save', { marked: 'message 3' }, 'There is no file to save; mark a message with Ctrl-P.'],
    ['/save', { messages: [plain] }, 'There is no file to save; mark a message with Ctrl-P.'],
  ])('%s says what is wrong', (line, changes, text) => {
    const { state: next, effects } = enter(state(changes), line)
    expect(acts(effects)).toEqual([])
    expect(next.notice?.text).toBe(text)
  })

  it('does not begin again while it is under way', () => {
    const begun = press(state(), 'save').state
    expect(acts(enter(begun, '/save 1').effects)).toEqual([])
  })

  it('shows how far it is, and nothing of it when it came to nothing', () => {
    const states = (inputs: readonly Input[]): unknown =>
      listVisible(feed(press(state(), 'save').state, inputs).state)[1]?.files[0]?.state
    const at = { kind: 'saving', key: 'message 2', position: 0 } as const
    expect(states([])).toEqual({ percent: 0 })
    expect(states([{ ...at, state: { percent: 40 } }])).toEqual({ percent: 40 })
    expect(
      states([
        { ...at, state: { percent: 40 } },
        { ...at, state: 'saved' },
      ]),
    ).toBe('saved')
    expect(states([{ ...at, state: undefined }])).toBe('absent')
  })
})

describe('sending a file', () => {
  it('takes the rest of the line as its place', () => {
    const { effects } = enter(state(), '/attach ~/my pictures/cat.jpg')
    const sent = { kind: 'attach', to: ALICE, path: '~/my pictures/cat.jpg', isAsItIs: false }
    expect(acts(effects)).toEqual([sent])
  })

  it('as it is says so, and answers what is answered', () => {
    const answering = enter(state(), '/reply').state
    const { state: next, effects } = enter(answering, '/attach --as-is cat.jpg')
    expect(acts(effects)).toMatchObject([
      { path: 'cat.jpg', isAsItIs: true, quote: { sentAtMs: 3 } },
    ])
    expect(next.answered).toBeUndefined()
  })

  it('needs a place, and somebody to send it to', () => {
    expect(enter(state(), '/attach').state.notice?.text).toBe('What is missing: /attach PATH')
    expect(enter(state(), '/attach --as-is').state.notice?.isFailure).toBe(true)
    const nobody = enter(createChatState(ALICE, USUAL), '/attach cat.jpg')
    expect(acts(nobody.effects)).toEqual([])
    expect(nobody.state.notice?.isFailure).toBe(true)
  })
})
