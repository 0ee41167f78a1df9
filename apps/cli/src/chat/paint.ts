/**
 * Frames as bytes for a terminal. The only place that writes escape sequences, and the last one that looks at text: whatever a piece says,
 * it stays in its place. No colour is fixed for the background, so that light and dark terminals both keep theirs.
 *
 * @module
 */
import type { Frame, Piece, Row, Tone } from './frame.ts'
import { cleanLine, cutText, measureText } from './text-cells.ts'

const ESCAPE = '\u001B['
const RESET = `${ESCAPE}0m`
/** Ends a run from right to left, so that a terminal that reorders text does not reorder the next piece with it. */
const LEFT_TO_RIGHT = '\u200E'
const RIGHT_TO_LEFT_SCRIPTS =
  /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC\u{10800}-\u{10FFF}\u{1E800}-\u{1EFFF}]/u

/** Weight and inversion say the same to who sees no colours. */
const WEIGHTS: Readonly<Record<Tone, string>> = {
  plain: '',
  strong: '1',
  faint: '2',
  own: '1',
  other: '1',
  alert: '1',
  good: '',
  bar: '7',
}

/** Of the eight colours that each terminal chooses to fit its background. */
const COLOURS: Partial<Record<Tone, string>> = { own: '36', other: '35', alert: '31', good: '32' }

export interface Painting {
  readonly hasColour: boolean
  /** What the terminal shows now; nothing when that is unknown. */
  readonly before?: Frame
}

/** Only rows that changed are written. */
export function paintFrame(frame: Frame, { hasColour, before }: Painting): string {
  const rows = frame.rows.map((row, index) => {
    const painted = paintRow(row, hasColour)
    const old = before?.rows[index]
    if (old !== undefined && paintRow(old, hasColour) === painted) return ''
    return `${moveTo(index, 0)}${ESCAPE}2K${painted}`
  })
  const { cursor } = frame
  const shown = cursor === undefined ? '' : `${moveTo(cursor.row, cursor.column)}${ESCAPE}?25h`
  return `${ESCAPE}?25l${rows.join('')}${shown}`
}

function moveTo(row: number, column: number): string {
  return `${ESCAPE}${row + 1};${column + 1}H`
}

function paintRow(row: Row, hasColour: boolean): string {
  return row.map((piece) => paintPiece(piece, hasColour)).join('')
}

/** Placed by column, not by what is left of it: terminals do not agree on how wide some characters are. */
function paintPiece({ column, width, line }: Piece, hasColour: boolean): string {
  let room = width
  let painted = `${ESCAPE}${column + 1}G`
  for (const { text, tone } of line) {
    const shown = cutText(cleanLine(text), room)
    room -= measureText(shown)
    if (shown !== '') painted += paintText(shown, tone, hasColour)
  }
  return painted
}

function paintText(text: string, tone: Tone, hasColour: boolean): string {
  const colour = hasColour ? COLOURS[tone] : undefined
  const codes = [WEIGHTS[tone], colour].filter((code) => code !== undefined && code !== '')
  const ended = RIGHT_TO_LEFT_SCRIPTS.test(text) ? `${text}${LEFT_TO_RIGHT}` : text
  return codes.length === 0 ? ended : `${ESCAPE}${codes.join(';')}m${ended}${RESET}`
}

/** What stands in each row, as somebody without colours reads it. */
export function readFrame({ rows }: Frame): readonly string[] {
  return rows.map((row) => {
    let text = ''
    for (const { column, width, line } of row) {
      const shown = cutText(cleanLine(line.map((span) => span.text).join('')), width)
      text = `${text}${' '.repeat(Math.max(0, column - measureText(text)))}${shown}`
    }
    return text.trimEnd()
  })
}
