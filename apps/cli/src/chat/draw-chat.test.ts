/** What the screen shows, as rows of text. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ALICE,
  BOB,
  conversation,
  file,
  message,
  ownMessage,
  press,
  talk,
} from '../../test/sample-chat.ts'
import { TerminalScreen } from '../../test/terminal-screen.ts'
import { type ChatState, createChatState, type ShownMessage } from './chat-state.ts'
import { createComposer } from './composer.ts'
import { drawChat } from './draw-chat.ts'
import { paintFrame } from './paint.ts'

/** On a terminal that throws for whatever leaves its place. */
function show(state: ChatState, hasColour: boolean = true): TerminalScreen {
  const screen = new TerminalScreen(state.size)
  screen.write(paintFrame(drawChat(state), { hasColour }))
  return screen
}

/** The rows of messages, without the list. */
function showBody(messages: readonly ShownMessage[], changes: Partial<ChatState> = {}): string {
  const state = talk(messages, { size: { columns: 60, rows: 24 }, ...changes })
  return show(state).rows.slice(1, -3).join('\n').trimStart()
}

describe('a message', () => {
  it('stands below its day and its author, with its time at the right edge', () => {
    const [day, author, text] = showBody([message(1)]).split('\n')
    expect(day).toMatch(/^─+ Mon Nov 23 2026 ─+$/u)
    expect(author).toBe('Alice')
    expect(text).toMatch(/^ {2}text 1 +21:30$/u)
    expect(text).toHaveLength(60)
  })

  it('has its author only where the author changes', () => {
    const body = showBody([message(1), message(2), ownMessage(3), message(4)])
    expect(body.match(/^Alice$/gmu)).toHaveLength(2)
    expect(body.match(/^you$/gmu)).toHaveLength(1)
  })

  it('of somebody else of the same name does not seem to be theirs', () => {
    const name = { conversation: ALICE, author: BOB, sentAtMs: 2 }
    expect(showBody([message(1), message(2, { name })]).match(/^Alice$/gmu)).toHaveLength(2)
    const found = [ownMessage(1), ownMessage(2, { author: 'Bob, you' })]
    expect(showBody(found)).toMatch(/^you$[\s\S]*^Bob, you$/mu)
  })

  it.each<[string, Partial<ShownMessage>, RegExp]>([
    ['being sent', { state: 'queued' }, /sending …$/mu],
    ['waiting for keys', { state: 'awaiting_keys' }, /waits for their keys$/mu],
    ['not sent', { state: 'failed' }, /not sent$/mu],
    ['sent', {}, /21:30 {2}sent$/mu],
    ['read', { isReadByThem: true }, /21:30 {2}read$/mu],
    ['edited', { isEdited: true }, /21:30, edited {2}sent$/mu],
    ['for an hour', { life: '1 hour' }, /21:30, for 1 hour {2}sent$/mu],
    ['an answer', { quote: { author: 'Bob', text: 'why?\nhow?' } }, /^ {2}│ Bob: why\? ⏎ how\?$/mu],
    ['a link', { text: '', attachments: ['a page'] }, /^ {2}\[a page\] +21:30/mu],
    [
      'reacted to',
      {
        reactions: [
          { emoji: '👍', count: 2, isOwn: false },
          { emoji: '🎉', count: 1, isOwn: true },
        ],
      },
      /^ {2}👍 2 {2}🎉$/mu,
    ],
  ])('that is %s says so', (_name, changes, expected) => {
    expect(showBody([ownMessage(1, changes)])).toMatch(expected)
  })

  it('that happened rather than was said has no author above it', () => {
    const event = message(1, { isEvent: true, text: 'turned disappearing messages off' })
    expect(showBody([event])).toMatch(/^ {2}21:30 Alice turned disappearing messages off$/mu)
  })

  it('that is longer than the screen shows its end, and its beginning a page above', () => {
    const words = Array.from({ length: 2000 }, (_, index) => `w${index}`).join(' ')
    const state = talk([message(1, { text: words })])
    expect(show(state).text).toContain('w1999')
    let above = state
    for (let page = 0; page < 400; page++) above = press(above, 'pageUp').state
    expect(show(above).text).toContain('w0 w1 w2')
  })

  it('of ten thousand line breaks does not bury the others', () => {
    const { scroll } = press(
      talk([message(1), message(2, { text: 'x\n'.repeat(5000) })]),
      ...Array.from({ length: 100 }, () => 'pageUp' as const),
    ).state
    expect(scroll).toBeLessThan(420)
  })
})

describe('the list', () => {
  const others = [
    conversation({ id: BOB, name: 'Bob', unread: 3 }),
    conversation({ id: BOB, name: 'Friends', kind: 'group', isPinned: true, isMuted: true }),
    conversation({
      id: BOB,
      name: 'A stranger with a very long name',
      isRequest: true,
      unread: 1000,
    }),
  ]

  it('shows what is new, what is pinned and what waits for a decision', () => {
    const { rows } = show(talk([], { conversations: others, chosen: undefined }))
    expect(rows.slice(1, 5).map((row) => row.slice(0, 24).trimEnd())).toEqual([
      '  Bob                 3',
      '  Friends           #^m',
      '  Requests',
      '  A stranger with … 99+',
    ])
  })

  it('gives way on a narrow terminal, which says how many others have news', () => {
    const { rows } = show(
      talk([], {
        size: { columns: 60, rows: 20 },
        conversations: [conversation(), ...others],
      }),
    )
    expect(rows[0]).toMatch(/^ Alice +2 more with news {2}1\/4$/u)
    expect(rows.join('')).not.toContain('│')
  })

  it('keeps the chosen conversation in sight', () => {
    const many = Array.from({ length: 200 }, (_, index) =>
      conversation({ name: `somebody ${index}`, id: index === 150 ? ALICE : BOB }),
    )
    expect(show(talk([], { conversations: many })).text).toContain('› somebody 150')
  })
})

describe('the line in which one writes', () => {
  it('has the cursor where the next character goes', () => {
    const screen = show(talk([], { composer: { text: 'one\ntwo漢', place: 8 } }))
    expect(screen.rows.slice(-3, -1)).toEqual(['> one', '  two漢'])
    expect(screen.cursor).toEqual([22, 7])
  })

  it('takes at most a quarter of the screen, however much is written', () => {
    const screen = show(talk([message(1)], { composer: createComposer('long '.repeat(2000)) }))
    expect(screen.rows.findIndex((row) => /^─{80}$/u.test(row))).toBe(24 - 1 - 6 - 1)
    expect(screen.cursor[0]).toBe(22)
  })
})

describe('the title', () => {
  it('shows of whoever was not accepted what nobody can choose', () => {
    const { rows } = show(talk([], { conversations: [conversation({ isRequest: true })] }))
    expect(rows[0]).toBe(` Alice · /accept or /decline: request of ${ALICE.slice(0, 12)}…`)
  })

  it('has room for what can be done, however long a name is', () => {
    const size = { columns: 60, rows: 20 }
    const conversations = [conversation({ isRequest: true, name: 'a'.repeat(1000) })]
    expect(show(talk([], { size, conversations })).rows[0]).toMatch(
      /^ a{19}… · \/accept or \/decl/u,
    )
  })

  it('says that messages disappear, that somebody is blocked, that there is no network', () => {
    const known = conversation({ isBlocked: true, timer: '1 day after they were sent' })
    const { rows } = show(talk([], { conversations: [known], trouble: 'No node.' }))
    expect(rows[0]).toMatch(/^ Alice · blocked · messages disappear 1 day .* offline$/u)
    expect(rows.at(-3)).toBe('─ No node.')
  })
})

describe('the screen', () => {
  it('of somebody new has the account id whole', () => {
    const state = createChatState(ALICE, { columns: 40, rows: 12 })
    expect(show(state).rows.join('')).toContain(ALICE)
  })

  it.each([
    [10, 5],
    [29, 24],
    [80, 7],
    [1, 1],
  ])('of %i columns and %i rows says that it is too small', (columns, rows) => {
    expect(show(talk([message(1)], { size: { columns, rows } })).text).toMatch(/^T/u)
  })

  it('has no colour where none is wanted, and never a background of its own', () => {
    const state = talk([message(1), ownMessage(2, { state: 'failed' })])
    const plain = paintFrame(drawChat(state), { hasColour: false })
    const coloured = paintFrame(drawChat(state), { hasColour: true })
    expect(plain).not.toMatch(/\[[\d;]*3[0-7]m/u)
    expect(coloured).toMatch(/\[1;31m/u)
    expect(coloured).not.toMatch(/\[[\d;]*(?:4[0-7]|10[0-7])m/u)
  })

  it('writes only rows that changed', () => {
    const before = drawChat(talk([message(1)]))
    const after = drawChat(talk([message(1)], { composer: createComposer('x') }))
    expect(paintFrame(after, { hasColour: true, before }).split('2K')).toHaveLength(2)
  })

  it('stays whole whatever others call themselves and write', { timeout: 120_000 }, () => {
    const hostile = fc.string({
      unit: fc.oneof(
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
        fc.constantFrom('\u001B[2J', '\u001B]0;x\u0007', '\r', '\n', '\t', '\u0301', '\u202E'),
        fc.constantFrom('漢', '👩‍👩‍👧‍👦', '🇺🇦', 'שלום', ' ', '\u2028', '\uD800'),
      ),
      maxLength: 80,
    })
    const size = fc.record({
      columns: fc.integer({ min: 1, max: 100 }),
      rows: fc.integer({ min: 1, max: 30 }),
    })
    fc.assert(
      fc.property(hostile, hostile, size, fc.boolean(), (name, text, of, isOwn) => {
        const known = conversation({ name, unread: 7, timer: text })
        const said = message(1, {
          author: name,
          text,
          isOwn,
          quote: { author: name, text },
          attachments: [text],
          files: [
            file({ name, caption: text }),
            file({ name: text, size: text, dimensions: name }),
          ],
          reactions: [{ emoji: text, count: 1, isOwn }],
        })
        const state = talk([said, message(2, { author: name, text, isEvent: true })], {
          size: of,
          conversations: [known],
          composer: createComposer(text),
          notice: { text, isFailure: true },
        })
        expect(show(state).rows).toHaveLength(of.rows)
        expect(drawChat(state).rows).toHaveLength(of.rows)
      }),
      { numRuns: 1000 },
    )
  })
})
