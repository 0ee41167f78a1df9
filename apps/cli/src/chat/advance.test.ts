/** What keys and news do to the screen's state, and what they ask for. */
import { describe, expect, it } from 'vitest'
import {
  ALICE,
  BOB,
  conversation,
  enter,
  feed,
  message,
  ownMessage,
  press,
  talk,
  USUAL,
} from '../../test/sample-chat.ts'
import { type ChatState, createChatState } from './chat-state.ts'
import { createComposer } from './composer.ts'
import { drawChat } from './draw-chat.ts'
import type { Effect } from './effect.ts'
import { readFrame } from './paint.ts'

const alice = conversation()
const bob = conversation({ id: BOB, name: 'Bob', draft: 'to Bob' })

function two(changes: Partial<ChatState> = {}): ChatState {
  return talk([message(1)], { conversations: [alice, bob], ...changes })
}

function kinds(effects: readonly Effect[]): readonly string[] {
  return effects.map(({ kind }) => kind)
}

function many(count: number): ReturnType<typeof message>[] {
  return Array.from({ length: count }, (_, index) => message(index))
}

describe('what is loaded', () => {
  it('opens the conversation on top at first, and asks for its messages', () => {
    const snapshot = { conversations: [bob, alice], messages: [], isWhole: true }
    const step = feed(createChatState(ALICE, USUAL), [{ kind: 'loaded', snapshot }])
    expect(step.state.chosen).toBe(BOB)
    expect(step.state.composer.text).toBe('to Bob')
    expect(kinds(step.effects)).toEqual(['load'])
  })

  it('goes elsewhere when the conversation is gone, and nowhere when none is left', () => {
    const left = { conversations: [bob], messages: [], isWhole: true }
    expect(feed(two(), [{ kind: 'loaded', snapshot: left }]).state.chosen).toBe(BOB)
    const none = { conversations: [], messages: [], isWhole: true }
    const step = feed(two(), [{ kind: 'loaded', snapshot: none }])
    expect(step.state.chosen).toBeUndefined()
  })

  it('does not move what somebody reads further above', () => {
    const above = press(talk(many(60)), 'pageUp').state
    const shown = readFrame(drawChat(above)).slice(1, -3)
    const snapshot = {
      conversations: [alice],
      messages: [...many(60), message(60), ownMessage(61, { text: 'x '.repeat(200) })],
      isWhole: true,
    }
    const after = feed(above, [{ kind: 'loaded', snapshot }]).state
    expect(readFrame(drawChat(after)).slice(1, -3)).toEqual(shown)
  })

  it('takes the mark away with its message', () => {
    const marked = press(two(), 'markUp').state
    expect(marked.marked).toBe('message 1')
    const snapshot = { conversations: [alice], messages: [message(2)], isWhole: true }
    expect(feed(marked, [{ kind: 'loaded', snapshot }]).state.marked).toBeUndefined()
  })
})

describe('going from one conversation to the next', () => {
  it('goes round, and keeps what was being written in each', () => {
    const written = feed(two(), [{ kind: 'key', key: { kind: 'text', text: 'to Alice' } }])
    expect(written.effects).toEqual([{ kind: 'draft', to: ALICE, text: 'to Alice' }])
    const there = press(written.state, 'next')
    expect(there.state).toMatchObject({ chosen: BOB, composer: { text: 'to Bob' }, messages: [] })
    expect(kinds(there.effects)).toEqual(['load'])
    const back = press(there.state, 'next').state
    expect(back).toMatchObject({ chosen: ALICE, composer: { text: 'to Alice' } })
    expect(press(back, 'previous').state.chosen).toBe(BOB)
  })

  it('leaves marks, answers and searches behind', () => {
    const busy = two({
      marked: 'message 1',
      answered: message(1),
      found: { words: 'x', messages: [] },
      isHelp: true,
      scroll: 3,
    })
    expect(press(busy, 'next').state).toMatchObject({
      marked: undefined,
      answered: undefined,
      found: undefined,
      isHelp: false,
      scroll: 0,
    })
  })

  it('is nothing where there is none', () => {
    expect(press(createChatState(ALICE, USUAL), 'next').state.chosen).toBeUndefined()
  })
})

describe('turning pages', () => {
  it('asks for older messages at the top of those that are loaded', () => {
    const state = talk(many(60), { isWhole: false })
    expect(press(state, 'pageUp', 'pageUp').effects).toEqual([])
    expect(kinds(press(state, 'pageUp', 'pageUp', 'pageUp').effects)).toEqual(['older'])
    expect(press(talk(many(30)), 'pageUp', 'pageUp', 'pageUp').effects).toEqual([])
  })

  it('ends at both ends', () => {
    const top = press(talk(many(30)), 'pageUp', 'pageUp', 'pageUp', 'pageUp').state
    expect(readFrame(drawChat(top))[1]).toContain('Mon Nov 23 2026')
    const bottom = press(top, 'pageDown', 'pageDown', 'pageDown', 'pageDown').state
    expect(bottom.scroll).toBe(0)
    expect(press(talk([message(1)]), 'pageUp').state.scroll).toBe(0)
  })

  it('of help begins at its beginning and reaches its end', () => {
    const small = { size: { columns: 60, rows: 12 } }
    const help = enter(two(small), '/help').state
    expect(readFrame(drawChat(help))[1]).toBe('Commands')
    const end = press(help, ...Array.from({ length: 9 }, () => 'pageDown' as const)).state
    expect(readFrame(drawChat(end)).join('')).toContain(ALICE.slice(-6))
    expect(press(end, 'escape').state).toMatchObject({ isHelp: false, scroll: 0 })
  })
})

describe('a mark', () => {
  it('goes up from the newest message, stays in sight, and goes down again', () => {
    const state = talk(many(60))
    expect(press(state, 'markDown').state.marked).toBeUndefined()
    const up = press(state, ...Array.from({ length: 40 }, () => 'markUp' as const)).state
    expect(up.marked).toBe('message 20')
    expect(readFrame(drawChat(up)).join('\n')).toContain('▌ text 20 ')
    const down = press(up, ...Array.from({ length: 35 }, () => 'markDown' as const)).state
    expect(readFrame(drawChat(down)).join('\n')).toContain('▌ text 55 ')
    const gone = press(down, ...Array.from({ length: 5 }, () => 'markDown' as const)).state
    expect(gone).toMatchObject({ marked: undefined, scroll: 0 })
  })

  it('asks for older messages above the first', () => {
    const step = press(talk([message(1)], { isWhole: false }), 'markUp', 'markUp')
    expect(kinds(step.effects)).toEqual(['older'])
  })

  it('on what was found leads to its conversation', () => {
    const hit = message(5, { conversation: BOB })
    const found = feed(two(), [{ kind: 'found', found: { words: 'x', messages: [hit] } }]).state
    const there = press(found, 'markUp', 'send').state
    expect(there).toMatchObject({ chosen: BOB, found: undefined, marked: 'message 5' })
    const messages = Array.from({ length: 40 }, (_, index) => message(index + 5))
    const snapshot = { conversations: [alice, bob], messages, isWhole: true }
    const loaded = feed(there, [{ kind: 'loaded', snapshot }]).state
    expect(readFrame(drawChat(loaded)).join('\n')).toContain('▌ text 5 ')
  })
})

describe('escape', () => {
  it('takes one thing away at a time', () => {
    const found = { words: 'x', messages: [message(1)] }
    const all = two({ isHelp: true, found, marked: 'message 1', answered: message(1), scroll: 2 })
    const first = press(all, 'escape').state
    expect(first.isHelp).toBe(false)
    const second = press(first, 'escape').state
    expect(second).toMatchObject({ marked: undefined, found })
    const third = press(second, 'escape').state
    expect(third).toMatchObject({ found: undefined, answered: { key: 'message 1' } })
    expect(press(third, 'escape').state.answered).toBeUndefined()
  })
})

describe('leaving', () => {
  it('keeps what was being written', () => {
    const step = press(two({ composer: createComposer('half') }), 'leave')
    expect(step.effects).toEqual([{ kind: 'draft', to: ALICE, text: 'half' }, { kind: 'leave' }])
  })
})

describe('a text that was sent', () => {
  it('is shown at once, and once, while the history learns of it', () => {
    const sent = enter(two(), 'hello').state
    expect(readFrame(drawChat(sent)).join('\n')).toMatch(/ {2}hello +sending …/u)
    const messages = [message(1), ownMessage(2, { text: 'hello', state: 'queued' })]
    const snapshot = { conversations: [alice, bob], messages, isWhole: true }
    const known = feed(sent, [{ kind: 'loaded', snapshot }]).state
    expect(
      readFrame(drawChat(known))
        .join('\n')
        .match(/ {2}hello/gu),
    ).toHaveLength(1)
    expect(feed(known, [{ kind: 'settled', number: 1 }]).state.pending).toEqual([])
  })

  it('comes back if it was refused, unless something else is being written', () => {
    const sent = enter(two(), 'hello').state
    const refused = { kind: 'settled', number: 1, returned: 'hello' } as const
    expect(feed(sent, [refused]).state.composer.text).toBe('hello')
    const busy = feed(sent, [{ kind: 'key', key: { kind: 'text', text: 'next' } }]).state
    expect(feed(busy, [refused]).state.composer.text).toBe('next')
    const elsewhere = press(sent, 'next').state
    expect(feed(elsewhere, [refused]).state.composer.text).toBe('to Bob')
  })
})
