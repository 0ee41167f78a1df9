/**
 * The line in which a person writes: a text and a place in it. Pure; what the text means is decided elsewhere.
 *
 * @module
 */

export interface Composer {
  readonly text: string
  /** In code units, always between two characters. */
  readonly place: number
}

export type Edit = 'backspace' | 'delete' | 'left' | 'right' | 'home' | 'end' | 'clear' | 'cutWord'

export const EMPTY: Composer = { text: '', place: 0 }

/** As many as a message has (spec 05 §5.1). */
const TEXT_MAX = 10_000
/** What a terminal or a paste may send beside text; line breaks and tabs are text. */
const NO_TEXT = /[^\P{Cc}\n\t]/gu
const LAST_WORD = /\S+\s*$|\s+$/u

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

export function createComposer(text: string): Composer {
  return { text, place: text.length }
}

/** What does not fit into one message any more is left out. */
export function insertText({ text, place }: Composer, added: string): Composer {
  const clean = added.replaceAll(/\r\n?/gu, '\n').toWellFormed().replaceAll(NO_TEXT, '')
  const room = Math.max(0, TEXT_MAX - text.length)
  const fitting = clean.slice(0, room).toWellFormed().replaceAll('\uFFFD', '')
  return {
    text: `${text.slice(0, place)}${fitting}${text.slice(place)}`,
    place: place + fitting.length,
  }
}

export function editText({ text, place }: Composer, edit: Edit): Composer {
  const before = text.slice(0, place)
  const after = text.slice(place)
  switch (edit) {
    case 'backspace':
      return join(before.slice(0, place - findLast(before)), after)
    case 'delete':
      return { text: `${before}${after.slice(findFirst(after))}`, place }
    case 'left':
      return { text, place: place - findLast(before) }
    case 'right':
      return { text, place: place + findFirst(after) }
    case 'home':
      return { text, place: before.lastIndexOf('\n') + 1 }
    case 'end':
      return { text, place: findLineEnd(text, place) }
    case 'clear':
      return join('', after)
    case 'cutWord':
      return join(before.replace(LAST_WORD, ''), after)
  }
}

function join(before: string, after: string): Composer {
  return { text: `${before}${after}`, place: before.length }
}

function findLineEnd(text: string, place: number): number {
  const end = text.indexOf('\n', place)
  return end === -1 ? text.length : end
}

/** How long the last character is, as a person counts characters. */
function findLast(text: string): number {
  const line = text.slice(Math.max(0, text.length - 100))
  return [...segmenter.segment(line)].at(-1)?.segment.length ?? 0
}

function findFirst(text: string): number {
  const [first] = segmenter.segment(text.slice(0, 100))
  return first?.segment.length ?? 0
}
