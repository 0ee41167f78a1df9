/**
 * As much of a terminal as shows what a program draws: it follows the cursor, and throws for every sequence that the program has no
 * business to send.
 *
 * @module
 */
import { listCells } from '../src/chat/text-cells.ts'

export interface ScreenSize {
  readonly columns: number
  readonly rows: number
}

const ESCAPE = '\u001B'
const SEQUENCE = /^\[(\??)([\d;]*)([A-Za-z])/u
const CONTROL = /\p{Cc}/u
const EXPECTED_MODES = new Set(['25', '1049', '7', '2004'])

export class TerminalScreen {
  readonly #size: ScreenSize
  #cells: string[][]
  #row = 0
  #column = 0
  #rest = ''
  /** Modes that are on, as the program switched them. */
  readonly modes: Set<string> = new Set()

  constructor(size: ScreenSize) {
    this.#size = size
    this.#cells = createCells(size)
  }

  get rows(): readonly string[] {
    return this.#cells.map((row) => row.join('').trimEnd())
  }

  get text(): string {
    return this.rows.join('\n')
  }

  get cursor(): readonly [number, number] {
    return [this.#row, this.#column]
  }

  /** A sequence may come in two parts. */
  write(output: string): void {
    const [text = '', ...parts] = (this.#rest + output).split(ESCAPE)
    this.#rest = ''
    this.#print(text)
    for (const [index, part] of parts.entries()) {
      const [sequence, mark = '', numbers = '', letter = ''] = SEQUENCE.exec(part) ?? []
      if (sequence !== undefined) {
        this.#obey(letter, mark, numbers)
        this.#print(part.slice(sequence.length))
      } else if (index === parts.length - 1) this.#rest = `${ESCAPE}${part}`
      else throw new Error(`no sequence: ${JSON.stringify(part)}`)
    }
  }

  #obey(letter: string, mark: string, numbers: string): void {
    const [first = 1, second = 1] = numbers === '' ? [] : numbers.split(';').map(Number)
    if (mark === '?') this.#switch(numbers, letter === 'h')
    else if (letter === 'H') [this.#row, this.#column] = [first - 1, second - 1]
    else if (letter === 'G') this.#column = first - 1
    else if (letter === 'K') this.#cells[this.#row] = createRow(this.#size)
    else if (letter === 'J') this.#cells = createCells(this.#size)
    else if (letter !== 'm') throw new Error(`a sequence that nobody expects: ${numbers}${letter}`)
  }

  #switch(mode: string, isOn: boolean): void {
    if (!EXPECTED_MODES.has(mode)) throw new Error(`a mode that nobody expects: ${mode}`)
    if (isOn) this.modes.add(mode)
    else this.modes.delete(mode)
  }

  /** Line breaks come only from what is said before or after the screen is drawn. */
  #print(text: string): void {
    const [line = '', ...others] = this.modes.has('1049') ? [text] : text.split('\r\n')
    this.#printLine(line)
    for (const other of others) {
      this.#column = 0
      this.#row += 1
      this.#printLine(other)
    }
  }

  #printLine(text: string): void {
    if (CONTROL.test(text)) throw new Error(`a control character: ${JSON.stringify(text)}`)
    for (const cell of listCells(text)) this.#put(cell)
  }

  #put({ text, width }: { readonly text: string; readonly width: number }): void {
    const row = this.#cells[this.#row]
    if (row === undefined || this.#column + width > this.#size.columns)
      throw new Error(`something is drawn outside the screen: ${JSON.stringify(text)}`)
    row[this.#column] = text
    for (let more = 1; more < width; more++) row[this.#column + more] = ''
    this.#column += width
  }
}

function createRow({ columns }: ScreenSize): string[] {
  return Array.from({ length: columns }, () => ' ')
}

function createCells(size: ScreenSize): string[][] {
  return Array.from({ length: size.rows }, () => createRow(size))
}
