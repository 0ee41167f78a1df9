/**
 * A picture of the terminal: rows of pieces, each with a place, a width and text in tones. What a tone looks like is the painter's.
 *
 * @module
 */

export interface Size {
  readonly columns: number
  readonly rows: number
}

/** What text is, rather than a colour. */
export type Tone = 'plain' | 'strong' | 'faint' | 'own' | 'other' | 'alert' | 'good' | 'bar'

export interface Span {
  readonly text: string
  readonly tone: Tone
}

export type Line = readonly Span[]

/** A line that begins at a column of the terminal and is cut where its width ends. */
export interface Piece {
  readonly column: number
  readonly width: number
  readonly line: Line
}

export type Row = readonly Piece[]

export interface Frame {
  readonly rows: readonly Row[]
  /** Where the next character goes; nothing where nobody can write. */
  readonly cursor?: { readonly row: number; readonly column: number }
}

export function say(text: string, tone: Tone = 'plain'): Span {
  return { text, tone }
}
