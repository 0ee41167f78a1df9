/**
 * Which part of the terminal is for what. The list of conversations gives way on narrow terminals, the line in which one writes grows.
 *
 * @module
 */
import type { ChatState } from './chat-state.ts'
import type { Composer } from './composer.ts'
import { cleanText, listCells } from './text-cells.ts'

export interface Plan {
  /** 0 where there is no room for a list. */
  readonly listWidth: number
  readonly bodyColumn: number
  readonly bodyWidth: number
  readonly bodyHeight: number
  readonly composer: LaidOutComposer
}

interface LaidOutComposer {
  readonly rows: readonly string[]
  readonly cursor: { readonly row: number; readonly column: number }
}

export const COLUMNS_MIN = 30
export const ROWS_MIN = 8
export const PROMPT = '> '

const COLUMNS_FOR_LIST = 72
const LIST_SHARE = 0.3
const LIST_MAX = 30
/** A column of air and a line. */
const GAP = 2
/** Title, notice and keys. */
const FRAME_ROWS = 3
const COMPOSER_SHARE = 4

export function planScreen({ size, composer, isHelp }: ChatState): Plan {
  const { columns, rows } = size
  const hasList = columns >= COLUMNS_FOR_LIST && !isHelp
  const listWidth = hasList ? Math.min(LIST_MAX, Math.floor(columns * LIST_SHARE)) : 0
  const bodyColumn = hasList ? listWidth + GAP : 0
  const rowsMax = Math.max(1, Math.floor(rows / COMPOSER_SHARE))
  const laidOut = layOutComposer(composer, Math.max(1, columns - PROMPT.length - 1), rowsMax)
  return {
    listWidth,
    bodyColumn,
    bodyWidth: Math.max(1, columns - bodyColumn),
    bodyHeight: Math.max(0, rows - FRAME_ROWS - laidOut.rows.length),
    composer: laidOut,
  }
}

/** Rows break anywhere, so that what stands before the cursor does not move while one writes. */
function layOutComposer(
  { text, place }: Composer,
  width: number,
  rowsMax: number,
): LaidOutComposer {
  const before = breakRows(text.slice(0, place), width)
  const rows = breakRows(text, width)
  const row = before.length - 1
  const column = [...listCells(before.at(-1) ?? '')].reduce((sum, cell) => sum + cell.width, 0)
  const first = Math.max(0, Math.min(row - rowsMax + 1, rows.length - rowsMax))
  return { rows: rows.slice(first, first + rowsMax), cursor: { row: row - first, column } }
}

function breakRows(text: string, width: number): readonly string[] {
  return cleanText(text)
    .split('\n')
    .flatMap((line) => Array.from(breakLine(line, width)))
}

function* breakLine(line: string, width: number): Generator<string> {
  let row = ''
  let used = 0
  for (const cell of listCells(line)) {
    if (used + cell.width > width) {
      yield row
      row = ''
      used = 0
    }
    row += cell.text
    used += cell.width
  }
  yield row
}
