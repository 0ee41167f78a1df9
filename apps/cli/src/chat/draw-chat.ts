/**
 * The whole screen of `sotto chat` as a picture of a state. Pure: the same state is the same picture.
 *
 * @module
 */
import {
  type ChatState,
  findChosen,
  listVisible,
  type ShownConversation,
  type ShownMessage,
} from './chat-state.ts'
import { layOutHelp } from './draw-help.ts'
import { drawList } from './draw-list.ts'
import { type Frame, type Line, type Piece, type Row, say } from './frame.ts'
import { findFileToSave } from './obey-files.ts'
import { COLUMNS_MIN, type Plan, planScreen, PROMPT, ROWS_MIN } from './plan-screen.ts'
import { cleanLine, cutText, measureText, wrapText } from './text-cells.ts'
import { collectRows, type TranscriptRow } from './transcript.ts'

const SHORT_ID = 12
/** A name has a third of the title at most. */
const NAME_SHARE = 3
const KEYS_LONG = 'Enter sends  Tab next  PgUp older  Ctrl-P marks  /help  Ctrl-C leaves'
const KEYS_SHORT = 'Enter sends  Tab next  /help  Ctrl-C leaves'

export function drawChat(state: ChatState): Frame {
  const { columns, rows } = state.size
  if (columns < COLUMNS_MIN || rows < ROWS_MIN) return drawTooSmall(state)
  const plan = planScreen(state)
  const body = drawBody(state, plan)
  const { composer } = plan
  const written = composer.rows.map((row, index) =>
    fill([say(index === 0 ? PROMPT : '  ', 'strong'), say(row)], columns),
  )
  const keys = columns > KEYS_LONG.length ? KEYS_LONG : KEYS_SHORT
  return {
    rows: [
      drawTitle(state, plan),
      ...body,
      drawNotice(state),
      ...written,
      fill([say(keys, 'faint')], columns),
    ],
    cursor: {
      row: rows - 1 - composer.rows.length + composer.cursor.row,
      column: PROMPT.length + composer.cursor.column,
    },
  }
}

function fill(line: Line, width: number, column: number = 0): readonly [Piece] {
  return [{ column, width, line }]
}

function drawTooSmall({ size: { columns, rows } }: ChatState): Frame {
  const text = `This terminal is too small: ${COLUMNS_MIN} columns and ${ROWS_MIN} rows at least.`
  const lines = [...wrapText(text, Math.max(1, columns))]
  const empty = Array.from({ length: rows }, (_, row) => fill([say(lines[row] ?? '')], columns))
  return { rows: empty }
}

function drawTitle(state: ChatState, { listWidth }: Plan): Row {
  const { columns } = state.size
  const chosen = findChosen(state)
  const right = [listWidth === 0 ? describePlace(state) : '', state.trouble === '' ? '' : 'offline']
    .filter((text) => text !== '')
    .join('  ')
  const left = chosen === undefined ? 'sotto' : describeChosen(chosen, columns)
  const room = columns - 2 - (right === '' ? 0 : measureText(right) + 2)
  const shown = cutText(left, room)
  const air = ' '.repeat(Math.max(1, columns - 2 - measureText(shown) - measureText(right)))
  return fill([say(` ${shown}${air}${right} `, 'bar')], columns)
}

/** Anybody may call themselves anything, at any length: whoever was not accepted is shown with a part of what cannot be chosen. */
function describeChosen(chosen: ShownConversation, columns: number): string {
  const { id, name, isRequest, isBlocked, timer, kind } = chosen
  const what = kind === 'group' ? 'invitation' : `request of ${id.slice(0, SHORT_ID)}…`
  const marks = [
    isRequest && `/accept or /decline: ${what}`,
    isBlocked && 'blocked',
    timer !== '' && `messages disappear ${timer}`,
  ]
  const shown = cutText(cleanLine(name), Math.floor(columns / NAME_SHARE))
  return [shown, ...marks.filter((mark) => mark !== false)].join(' · ')
}

/** In place of the list. */
function describePlace({ conversations, chosen }: ChatState): string {
  if (conversations.length === 0) return ''
  const others = conversations.filter(({ id, unread }) => id !== chosen && unread > 0).length
  const place = `${conversations.findIndex(({ id }) => id === chosen) + 1}/${conversations.length}`
  return others === 0 ? place : `${others} more with news  ${place}`
}

function drawBody(state: ChatState, plan: Plan): readonly Row[] {
  const { listWidth, bodyColumn, bodyWidth, bodyHeight } = plan
  const main = drawMain(state, plan)
  const list =
    listWidth === 0
      ? []
      : drawList(state.conversations, state.chosen, { width: listWidth - 1, height: bodyHeight })
  return Array.from({ length: bodyHeight }, (_, row) => [
    ...(listWidth === 0 ? [] : fill(list[row] ?? [], listWidth)),
    ...(listWidth === 0 ? [] : fill([say('│', 'faint')], 1, listWidth)),
    ...fill(main[row] ?? [], bodyWidth, bodyColumn),
  ])
}

function drawMain(
  state: ChatState,
  { bodyWidth: width, bodyHeight: height }: Plan,
): readonly Line[] {
  const { scroll, isHelp, ownId, chosen, marked, found } = state
  if (isHelp) return layOutHelp(ownId, width).slice(scroll, scroll + height)
  const messages = listVisible(state)
  if (messages.length === 0) return describeEmptiness(chosen !== undefined, state, width)
  const { rows } = collectRows(messages, width, scroll + height)
  const end = Math.max(rows.length - scroll, Math.min(height, rows.length))
  const shown = rows.slice(Math.max(0, end - height), end)
  const lines = shown.map((row) => layOutRow(row, marked))
  // New messages come next to where one writes.
  const air = found === undefined ? Array.from({ length: height - lines.length }, () => []) : []
  return [...air, ...lines]
}

/** The marked message has a sign at its left edge, where text is never. */
function layOutRow({ key, line }: TranscriptRow, marked: string | undefined): Line {
  if (key !== marked) return line
  const [first, ...others] = line
  if (first?.text.startsWith('  ') !== true) return line
  return [say('▌ ', 'strong'), { ...first, text: first.text.slice(2) }, ...others]
}

function describeEmptiness(hasChosen: boolean, state: ChatState, width: number): readonly Line[] {
  const { found, ownId } = state
  if (found !== undefined) return [[say('Nothing was found.', 'faint')]]
  if (hasChosen) return [[say('No messages yet.', 'faint')]]
  const rows = [...wrapText(ownId, width)].map((row) => [say(row, 'strong')])
  return [
    [say('No conversations yet.')],
    [],
    [say('/to ID writes to somebody. Others reach you under', 'faint')],
    ...rows,
  ]
}

/** What was just done or refused, what is answered, or where one is. */
function drawNotice(state: ChatState): Row {
  const { columns } = state.size
  const { notice, trouble } = state
  if (notice !== undefined)
    return fill([say(`─ ${notice.text}`, notice.isFailure ? 'alert' : 'good')], columns)
  const place = describeActivity(state)
  if (place !== '') return fill([say(`─ ${place}`, 'strong')], columns)
  if (trouble !== '') return fill([say(`─ ${trouble}`, 'alert')], columns)
  return fill([say('─'.repeat(columns), 'faint')], columns)
}

function describeActivity(state: ChatState): string {
  const { isHelp, found, answered, scroll, marked } = state
  if (isHelp) return 'Help. PgDn goes on, Esc goes back.'
  if (found !== undefined) {
    const { words, messages } = found
    return `${messages.length} found for “${words}”. Ctrl-P marks, Enter goes there, Esc goes back.`
  }
  if (answered !== undefined) return `Answering ${answered.author}: ${describeSaid(answered)}`
  const file = findFileToSave(state)
  if (marked !== undefined) {
    const also = file === undefined ? '' : ', Ctrl-S saves'
    return `Marked: /reply, /react EMOJI, /edit TEXT, /unsend${also}. Esc unmarks.`
  }
  if (scroll > 0) return 'Newer messages are below: PgDn.'
  const newest = state.messages.at(-1)
  if (file === undefined || newest?.isOwn !== false || newest.files.length === 0) return ''
  return `Ctrl-S saves ${file.name} into the folder where you started sotto.`
}

function describeSaid({ text, files, attachments }: ShownMessage): string {
  return text === '' ? [...files.map(({ name }) => name), ...attachments].join(', ') : text
}
