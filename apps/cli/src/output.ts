/**
 * What commands say on standard output: one JSON document with `--json`, sentences for people without.
 *
 * @module
 */

export type Print = (line: string) => void

export interface OutputOptions {
  readonly json?: boolean
}

/** A result in both forms. */
export interface Outcome {
  readonly json: unknown
  readonly text: string
}

export function printOutcome(outcome: Outcome, options: OutputOptions, print: Print): void {
  print(options.json === true ? JSON.stringify(outcome.json) : outcome.text)
}

// Everything that moves the cursor, changes colours or the window's title, and what reorders text around it.
// oxlint-disable-next-line no-control-regex -- the control characters are what is looked for
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/gu

/** A stranger's text for a terminal: it must not be able to write outside its place. */
export function makePrintable(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll(CONTROLS, '\uFFFD')
}
