/** Files of messages as somebody reads them on the screen who sees it for the first time. */
import { describe, expect, it } from 'vitest'
import { ALICE, file, message, ownMessage, talk } from '../../test/sample-chat.ts'
import { TerminalScreen } from '../../test/terminal-screen.ts'
import type { ChatState, ShownFile } from './chat-state.ts'
import { drawChat } from './draw-chat.ts'
import { layOutFiles } from './draw-files.ts'
import { paintFrame } from './paint.ts'
import { measureText } from './text-cells.ts'

function show(state: ChatState): readonly string[] {
  const screen = new TerminalScreen(state.size)
  screen.write(paintFrame(drawChat(state), { hasColour: true }))
  return screen.rows
}

function layOut(files: readonly ShownFile[], room: number): readonly string[] {
  return layOutFiles(files, room).map((line) => line.map(({ text }) => text).join(''))
}

describe('a screen with files', () => {
  it('says what they are, how large, where they are, and how to save them', () => {
    const messages = [
      ownMessage(1, {
        text: 'mine',
        files: [file({ name: 'plan.pdf', dimensions: '', state: 'present' })],
      }),
      message(2, {
        text: 'look',
        files: [
          file({ caption: 'Tom, asleep' }),
          file({ name: 'film.mp4', size: 'a large file', dimensions: '', state: { percent: 40 } }),
        ],
      }),
    ]
    const saving = [{ key: 'message 1', position: 0, state: 'saved' as const }]
    const state = talk(messages, {
      size: { columns: 70, rows: 16 },
      saving,
    })
    expect(show(state)).toMatchInlineSnapshot(`
      [
        " Alice                                                            1/1",
        "",
        "",
        "",
        "────────────────────────── Mon Nov 23 2026 ──────────────────────────",
        "you",
        "  mine",
        "  [plan.pdf, 33 kB – saved]                                21:30  sent",
        "Alice",
        "  look",
        "  1 [cat.jpg, 33 kB, 640×480 – not fetched]",
        "    Tom, asleep",
        "  2 [film.mp4, a large file – fetching 40 %]                     21:30",
        "─ Ctrl-S saves cat.jpg into the folder where you started sotto.",
        ">",
        "Enter sends  Tab next  PgUp older  Ctrl-P marks  /help  Ctrl-C leaves",
      ]
    `)
  })

  it('says what Ctrl-S does only where it does something for what came last', () => {
    const hint = (...messages: Parameters<typeof talk>[0]): string =>
      show(talk(messages)).join('\n')
    const theirs = message(1, { files: [file()] })
    expect(hint(theirs)).toContain(
      '─ Ctrl-S saves cat.jpg into the folder where you started sotto.',
    )
    expect(hint(theirs, message(2))).not.toContain('Ctrl-S')
    expect(hint(ownMessage(1, { files: [file()] }))).not.toContain('Ctrl-S')
    expect(hint(message(1, { files: [file({ state: 'saved' })] }))).not.toContain('Ctrl-S')
  })

  it('says so of a marked message too', () => {
    const state = talk([message(1, { files: [file()] }), message(2)], { marked: 'message 1' })
    expect(show(state).join('\n')).toContain('/unsend, Ctrl-S saves. Esc unmarks.')
  })

  it('names a file that is answered', () => {
    const answered = message(1, { text: '', files: [file()] })
    expect(show(talk([answered], { answered })).join('\n')).toContain('─ Answering Alice: cat.jpg')
  })
})

describe('the row of a file', () => {
  it.each<[ShownFile['state'], string]>([
    ['absent', '[cat.jpg, 33 kB, 640×480 – not fetched]'],
    ['begun', '[cat.jpg, 33 kB, 640×480 – partly here]'],
    ['present', '[cat.jpg, 33 kB, 640×480 – on this device]'],
    ['saved', '[cat.jpg, 33 kB, 640×480 – saved]'],
    [{ percent: 0 }, '[cat.jpg, 33 kB, 640×480 – fetching …]'],
    [{ percent: 7 }, '[cat.jpg, 33 kB, 640×480 – fetching 7 %]'],
  ])('says where it is: %j', (state, row) => {
    expect(layOut([file({ state })], 60)).toEqual([row])
  })

  it('keeps where the file is, and gives up its name and its dimensions first', () => {
    const long = file({ name: 'a very long name of a picture of a cat.jpg' })
    expect(layOut([long], 56)).toEqual(['[a very long name of a p…, 33 kB, 640×480 – not fetched]'])
    expect(layOut([long], 38)).toEqual(['[a very long na…, 33 kB – not fetched]'])
    expect(layOut([long], 28)).toEqual(['[a very long… – not fetched]'])
  })

  it.each([28, 29, 40, 60])('is never wider than %i', (room) => {
    const wide = [file({ name: '漢字'.repeat(40), caption: 'long '.repeat(100) }), file()]
    for (const row of layOut(wide, room)) expect(measureText(row)).toBeLessThanOrEqual(room)
  })

  it('has a number where there are several, which /save takes', () => {
    expect(layOut([file(), file({ name: 'b' })], 60).map((row) => row.slice(0, 4))).toEqual([
      '1 [c',
      '2 [b',
    ])
  })

  it('shows a caption, and three rows of it at most', () => {
    const rows = layOut([file({ caption: 'Tom '.repeat(200) })], 40)
    expect(rows).toHaveLength(4)
    expect(rows[3]).toMatch(/…$/u)
  })
})

it('files of a message stay apart from those of another with the same place', () => {
  const messages = [message(1, { files: [file()] }), message(2, { files: [file()] })]
  const saving = [{ key: 'message 2', position: 0, state: 'saved' as const }]
  const text = show(talk(messages, { saving, chosen: ALICE })).join('\n')
  expect(text.match(/– saved/gu)).toHaveLength(1)
  expect(text.match(/– not fetched/gu)).toHaveLength(1)
})
