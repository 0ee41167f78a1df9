/**
 * Messages as rows of a given width, from the newest upwards and only as many as somebody looks at. Where they stand on the screen is
 * decided in `draw-chat.ts`.
 *
 * @module
 */
import type { ShownMessage, ShownReaction } from './chat-state.ts'
import { layOutFiles } from './draw-files.ts'
import { type Line, say, type Span } from './frame.ts'
import { cleanLine, cleanText, cutText, measureText, wrapText } from './text-cells.ts'

export interface TranscriptRow {
  /** Of its message. */
  readonly key: string
  readonly line: Line
}

export interface Transcript {
  /** From above to below. */
  readonly rows: readonly TranscriptRow[]
  /** Nothing is above the first row. */
  readonly isTop: boolean
}

const INDENT = '  '
/** More than a message of the longest text fills at thirty columns; somebody may still send ten thousand line breaks. */
const ROWS_MAX = 400

/** At least as many rows as wanted, if there are as many. */
export function collectRows(
  messages: readonly ShownMessage[],
  width: number,
  wanted: number,
): Transcript {
  const above: (readonly TranscriptRow[])[] = []
  let count = 0
  let index = messages.length
  while (index > 0 && count < wanted) {
    index--
    const rows = layOutAt(messages, index, width)
    above.push(rows)
    count += rows.length
  }
  return { rows: above.toReversed().flat(), isTop: index === 0 }
}

/** How many rows are below the message at this index. */
export function countRowsBelow(
  messages: readonly ShownMessage[],
  index: number,
  width: number,
): number {
  let count = 0
  for (let below = index + 1; below < messages.length; below++)
    count += layOutAt(messages, below, width).length
  return count
}

/** One message, with the day and its author where they differ from the message before. */
export function layOutAt(
  messages: readonly ShownMessage[],
  index: number,
  width: number,
): readonly TranscriptRow[] {
  const message = messages[index]
  if (message === undefined) return []
  const before = messages[index - 1]
  const isNewDay = message.day !== '' && message.day !== before?.day
  const isNewAuthor = isNewDay || before === undefined || !isSameAuthor(before, message)
  const lines = [
    ...(isNewDay ? [layOutDay(message.day, width)] : []),
    ...(isNewAuthor && !message.isEvent ? [layOutAuthor(message)] : []),
    ...layOutBody(message, width),
  ]
  return lines.map((line) => ({ key: message.key, line }))
}

/** Two people may have the same name; where one searches, one author may stand in two conversations. */
function isSameAuthor(before: ShownMessage, message: ShownMessage): boolean {
  if (before.isEvent || before.isOwn !== message.isOwn) return false
  if (before.author !== message.author) return false
  return message.isOwn || before.name?.author === message.name?.author
}

function layOutDay(day: string, width: number): Line {
  const rule = '─'.repeat(Math.max(0, Math.floor((width - measureText(day) - 2) / 2)))
  return [say(`${rule} ${day} ${rule}`, 'faint')]
}

function layOutAuthor({ author, isOwn }: ShownMessage): Line {
  return [say(cleanLine(author), isOwn ? 'own' : 'other')]
}

/** Wrapping long texts takes time, and a screen is drawn with each key. */
const bodies = new WeakMap<
  ShownMessage,
  { readonly width: number; readonly lines: readonly Line[] }
>()

function layOutBody(message: ShownMessage, width: number): readonly Line[] {
  const known = bodies.get(message)
  if (known?.width === width) return known.lines
  const lines = message.isEvent ? layOutEvent(message, width) : layOutSaid(message, width)
  bodies.set(message, { width, lines })
  return lines
}

function layOutEvent({ time, author, text }: ShownMessage, width: number): readonly Line[] {
  const rows = takeRows(cleanLine(`${time} ${author} ${text}`), width - INDENT.length)
  return rows.map((row) => [say(`${INDENT}${row}`, 'faint')])
}

function layOutSaid(message: ShownMessage, width: number): readonly Line[] {
  const { quote, text, files, attachments, reactions } = message
  const room = Math.max(1, width - INDENT.length)
  const rows = takeRows(text, room)
  const said = rows.map((row) => [say(`${INDENT}${row}`)])
  const kept = layOutFiles(files, room).map((line) => [say(INDENT)].concat(line))
  const links = attachments.map((name) => [say(`${INDENT}[${cutText(cleanLine(name), room - 2)}]`)])
  return [
    ...(quote === undefined ? [] : [layOutQuote(quote, room)]),
    ...appendMarks([...said, ...kept, ...links], layOutMarks(message), width),
    ...(reactions.length === 0 ? [] : [layOutReactions(reactions)]),
  ]
}

function takeRows(text: string, width: number): readonly string[] {
  if (text === '') return []
  const rows: string[] = []
  for (const row of wrapText(cleanText(text), width)) {
    if (rows.length === ROWS_MAX) return [...rows, '… it goes on; sotto history shows all of it']
    rows.push(row)
  }
  return rows
}

function layOutQuote({ author, text }: { author: string; text: string }, room: number): Line {
  const line = cutText(`${cleanLine(author)}: ${cleanLine(text)}`, room - 2)
  return [say(`${INDENT}│ ${line}`, 'faint')]
}

function layOutMarks(message: ShownMessage): Line {
  const { time, isEdited, life } = message
  const marks = [time, isEdited && 'edited', life !== '' && `for ${life}`]
  const words = marks.filter((mark) => mark !== false && mark !== '').join(', ')
  return [say(words, 'faint'), ...describeDelivery(message)]
}

function describeDelivery({ isOwn, state, isReadByThem }: ShownMessage): readonly Span[] {
  if (!isOwn) return []
  if (state === 'failed') return [say('  not sent', 'alert')]
  if (state === 'queued') return [say('  sending …', 'faint')]
  if (state === 'awaiting_keys') return [say('  waits for their keys', 'faint')]
  return isReadByThem ? [say('  read', 'good')] : [say('  sent', 'faint')]
}

/** At the right end of the last row, if they fit there. */
function appendMarks(lines: readonly Line[], marks: Line, width: number): readonly Line[] {
  const last = lines.at(-1)
  const taken = measureLine(marks)
  const room = width - (last === undefined ? 0 : measureLine(last)) - taken
  if (last === undefined || room < 2) {
    return [...lines, [say(' '.repeat(Math.max(0, width - taken))), ...marks]]
  }
  return [...lines.slice(0, -1), [...last, say(' '.repeat(room)), ...marks]]
}

function layOutReactions(reactions: readonly ShownReaction[]): Line {
  const shown = reactions.map(({ emoji, count, isOwn }) => {
    const text = count === 1 ? cleanLine(emoji) : `${cleanLine(emoji)} ${count}`
    return say(`${text}  `, isOwn ? 'strong' : 'plain')
  })
  return [say(INDENT), ...shown]
}

function measureLine(line: Line): number {
  return line.reduce((width, { text }) => width + measureText(text), 0)
}
