/** Text in cells of a terminal: nobody's text is wider than its place, and nothing in it acts on the terminal. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanLine, cleanText, cutText, measureText, wrapText } from './text-cells.ts'

const RUNS = 10_000
/** Time enough for a busy machine. */
const PROPERTY_MS = 60_000
const CONTROLS = /[\p{Cc}\u200E\u200F\u202A-\u202E\u2028\u2029\u2066-\u2069]/u

/** Mostly what makes trouble. */
const hostile = fc.string({
  unit: fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    fc.constantFrom(
      '\u001B[2J',
      '\u009B',
      '\r',
      '\n',
      '\t',
      '\u0301',
      '\u202E',
      '\u200F',
      '\u200D',
    ),
    fc.constantFrom(
      '漢',
      '👩‍👩‍👧‍👦',
      '🇺🇦',
      'e\u0301',
      '\u1100',
      '\uAC00',
      '\u0915\u094D\u0937\u093F',
      'שלום',
      ' ',
      'word',
      '\u2028',
      '\uD800',
      '\u{E0041}',
    ),
  ),
  maxLength: 60,
})

describe('the width of a text', () => {
  it.each([
    ['hello', 5],
    ['漢字', 4],
    ['👩‍👩‍👧‍👦', 2],
    ['🇺🇦', 2],
    ['e\u0301', 1],
    ['\u200B\u200F', 0],
    ['', 0],
  ])('of %j is %i', (text, width) => {
    expect(measureText(text)).toBe(width)
  })
})

describe('a text that is cut', () => {
  it.each([
    ['hello', 5, 'hello'],
    ['hello', 4, 'hel…'],
    ['hello', 1, '…'],
    ['hello', 0, ''],
    ['漢字漢', 5, '漢字…'],
    ['漢字漢', 6, '漢字漢'],
    ['', 3, ''],
  ])('%j to %i is %j', (text, width, expected) => {
    expect(cutText(text, width)).toBe(expected)
  })

  it('is never wider than its place', { timeout: PROPERTY_MS }, () => {
    fc.assert(
      fc.property(hostile, fc.nat({ max: 20 }), (text, width) => {
        expect(measureText(cutText(cleanLine(text), width))).toBeLessThanOrEqual(width)
      }),
      { numRuns: RUNS },
    )
  })
})

describe('a text that is wrapped', () => {
  it.each([
    ['one two three', 7, ['one two', 'three']],
    ['one two', 3, ['one', 'two']],
    ['a longword b', 5, ['a', 'longw', 'ord b']],
    ['one\n\ntwo', 9, ['one', '', 'two']],
    ['漢字漢字', 5, ['漢字', '漢字']],
    ['\u1100\uAC00', 2, ['\u1100', '\uAC00']],
    ['a\u1100\uAC00', 3, ['a\u1100', '\uAC00']],
    ['', 5, ['']],
  ])('%j to %i is %j', (text, width, rows) => {
    expect([...wrapText(text, width)]).toEqual(rows)
  })

  it('is never wider than its place, whatever is in it', { timeout: PROPERTY_MS }, () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 2, max: 20 }), (text, width) => {
        for (const row of wrapText(cleanText(text), width))
          expect(measureText(row)).toBeLessThanOrEqual(width)
      }),
      { numRuns: RUNS },
    )
  })

  it('loses nothing but spaces', () => {
    const words = fc.string({
      unit: fc.constantFrom('a', 'b', ' ', '漢', 'é', '🎉'),
      maxLength: 60,
    })
    fc.assert(
      fc.property(words, fc.integer({ min: 2, max: 20 }), (text, width) => {
        const rows = [...wrapText(text, width)]
        expect(rows.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  it('takes a text of the greatest length in its stride', () => {
    expect([...wrapText('漢'.repeat(10_000), 40)]).toHaveLength(500)
    expect([...wrapText('\n'.repeat(9999), 40)]).toHaveLength(10_000)
  })
})

describe('a clean text', () => {
  it(
    'has nothing that acts on a terminal, and is not changed by cleaning it again',
    { timeout: PROPERTY_MS },
    () => {
      fc.assert(
        fc.property(hostile, (text) => {
          const shown = [...wrapText(cleanText(text), 30)].join('')
          expect(shown).not.toMatch(CONTROLS)
          expect(cleanText(cleanText(text))).toBe(cleanText(text))
          expect(cleanLine(text)).not.toContain('\n')
        }),
        { numRuns: RUNS },
      )
    },
  )

  it('has no piles of accents', () => {
    expect(cleanText(`a${'\u0301'.repeat(5000)}b`)).toBe(`a${'\u0301'.repeat(4)}b`)
  })

  it.each(['👩🏽‍🤝‍👩🏿', '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}', 'שָׁלוֹם', 'ตั้ง', '1️⃣'])(
    'keeps %j, which people write',
    (text) => {
      expect([...wrapText(cleanText(text), 30)]).toEqual([text])
    },
  )
})
