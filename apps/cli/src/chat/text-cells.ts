/**
 * How text fills cells of a terminal: its width, where it is cut, how it is wrapped. All text of others is made printable here before it
 * is measured, so that what is measured is what is written. How it looks is the view's.
 *
 * @module
 */
import stringWidth from 'string-width'
import { makePrintable } from '../output.ts'

interface Cell {
  readonly text: string
  readonly width: number
}

const TAB = '    '
const ELLIPSIS = '…'
/** A family of four with skin tones has about 20; what is longer is no character that anybody wrote. */
const CELL_LENGTH_MAX = 32
/** No character takes more columns of a terminal. */
const CELL_WIDTH_MAX = 2
/** Piles of accents would reach into the rows above and below. */
const MARKS = /(\p{M}{4})\p{M}+/gu
const LINE_BREAKS = /[\u2028\u2029]/gu
const PLAIN = /^[ -~]*$/u

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

/** Text that neither moves the cursor nor turns the direction of what is around it; line breaks stay. */
export function cleanText(text: string): string {
  return makePrintable(text.toWellFormed().replaceAll(LINE_BREAKS, '\n'))
    .replaceAll('\t', TAB)
    .replaceAll(MARKS, '$1')
}

/** The same in one line. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll('\n', ' ⏎ ')
}

/** Characters as a person counts them. Gives only what takes room: marks of direction and the like are left out. */
export function* listCells(text: string): Generator<Cell> {
  if (PLAIN.test(text)) {
    for (const character of text) yield { text: character, width: 1 }
    return
  }
  for (const { segment } of segmenter.segment(text)) {
    const [first = ''] = segment
    const shown = segment.length > CELL_LENGTH_MAX ? first : segment
    yield* measureCells(shown)
  }
}

/** One cell, save where a reader's one character is more than a terminal shows in one place, as the loose parts of a Korean syllable are. */
function* measureCells(shown: string): Generator<Cell> {
  const width = PLAIN.test(shown) ? 1 : stringWidth(shown)
  if (width > CELL_WIDTH_MAX) yield* splitWide(shown)
  else if (width > 0) yield { text: shown, width }
}

/** Code points, each with the marks that follow it. */
function* splitWide(shown: string): Generator<Cell> {
  let cell: Cell = { text: '', width: 0 }
  for (const part of shown) {
    const width = stringWidth(part)
    if (width > 0 && cell.width > 0) {
      yield cell
      cell = { text: '', width: 0 }
    }
    cell = { text: cell.text + part, width: cell.width + width }
  }
  if (cell.width > 0) yield cell
}

export function measureText(text: string): number {
  if (PLAIN.test(text)) return text.length
  let width = 0
  for (const cell of listCells(text)) width += cell.width
  return width
}

/** At most this wide, with a sign of what is left out. */
export function cutText(text: string, width: number): string {
  let shown = ''
  let used = 0
  let roomForSign = ''
  for (const cell of listCells(text)) {
    if (used + cell.width > width) return width < 1 ? '' : `${roomForSign}${ELLIPSIS}`
    shown += cell.text
    used += cell.width
    if (used < width) roomForSign = shown
  }
  return shown
}

/** Rows of at most this width; words stay whole where they fit. Gives no more rows than wanted, and no sign of what is missing. */
export function* wrapText(text: string, width: number): Generator<string> {
  for (const line of text.split('\n')) yield* wrapLine([...listCells(line)], width)
}

function* wrapLine(cells: readonly Cell[], width: number): Generator<string> {
  let start = 0
  do {
    const end = findEnd(cells, start, width)
    const space = end < cells.length ? findSpace(cells, start, end) : end
    yield joinCells(cells.slice(start, space))
    start = space
    // The space at which a row ends is the row's end.
    if (start < cells.length && cells[start]?.text === ' ') start++
  } while (start < cells.length)
}

/** One cell at least, however narrow the terminal is. */
function findEnd(cells: readonly Cell[], start: number, width: number): number {
  let end = start
  let used = 0
  while (end < cells.length) {
    used += cells[end]?.width ?? 0
    if (used > width && end > start) return end
    end++
  }
  return end
}

function findSpace(cells: readonly Cell[], start: number, end: number): number {
  for (let place = end; place > start; place--) if (cells[place]?.text === ' ') return place
  return end
}

function joinCells(cells: readonly Cell[]): string {
  return cells.map(({ text }) => text).join('')
}
