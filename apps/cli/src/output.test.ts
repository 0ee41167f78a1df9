/** Text of strangers must not be able to act on the terminal. */
import { describe, expect, it } from 'vitest'
import { makePrintable, printOutcome } from './output.ts'

describe('text of a stranger', () => {
  it.each([
    ['an escape sequence that clears the screen', '\u001B[2J'],
    ['an escape sequence of one byte', '\u009B2J'],
    ['a window title', '\u001B]0;title\u0007'],
    ['a carriage return over the line before', 'hello\rBob wrote'],
    ['backspaces', 'a\u0008\u0008'],
    ['a change of direction', 'a\u202Eb'],
    ['an isolate', 'a\u2066b'],
  ])('loses %s', (_name, text) => {
    const shown = makePrintable(text)
    expect(shown).toContain('\uFFFD')
    expect(shown.length).toBeLessThanOrEqual(text.length)
    expect(makePrintable(shown)).toBe(shown)
  })

  it.each(['hello', 'one\ntwo\tthree', 'Привет 👩‍👩‍👧‍👦 🇺🇦', 'שָׁלוֹם', 'a\u0301'])(
    'keeps %j as it is',
    (text) => {
      expect(makePrintable(text)).toBe(text)
    },
  )

  it('keeps line breaks of Windows as line breaks', () => {
    expect(makePrintable('one\r\ntwo')).toBe('one\ntwo')
  })
})

describe('an outcome', () => {
  it.each([
    [{ json: true }, '{"a":1}'],
    [{ json: false }, 'one'],
    [{}, 'one'],
  ])('is printed in the form that was asked for: %j', (options, expected) => {
    const lines: string[] = []
    printOutcome({ json: { a: 1 }, text: 'one' }, options, (line) => {
      lines.push(line)
    })
    expect(lines).toEqual([expected])
  })
})
