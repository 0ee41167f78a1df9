/** Writing a line: places are between characters as a person counts them. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Composer,
  createComposer,
  type Edit,
  editText,
  EMPTY,
  insertText,
} from './composer.ts'

const EDITS: readonly Edit[] = [
  'backspace',
  'delete',
  'left',
  'right',
  'home',
  'end',
  'clear',
  'cutWord',
]

function edit(text: string, ...edits: readonly Edit[]): Composer {
  return edits.reduce(editText, createComposer(text))
}

describe('writing', () => {
  it('goes where the cursor is', () => {
    const composer = insertText(edit('held', 'left'), 'lo wor')
    expect(composer).toEqual({ text: 'hello word', place: 9 })
  })

  it.each([
    ['a line break of Windows', 'a\r\nb', 'a\nb'],
    ['an escape sequence', 'a\u001B[2Jb', 'a[2Jb'],
    ['a lone surrogate', 'a\uD800b', 'ab'],
    ['a family', '👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
  ])('takes of %s what is text', (_name, added, text) => {
    expect(insertText(EMPTY, added).text).toBe(text)
  })

  it('stops where a message ends, and not within a character', () => {
    const full = createComposer('x'.repeat(9999))
    expect(insertText(full, 'ab').text).toHaveLength(10_000)
    expect(insertText(full, '🎉').text).toHaveLength(9999)
  })
})

describe('a key', () => {
  it.each<[Edit, string, string, string]>([
    ['backspace', 'a👩‍👩‍👧‍👦', '', 'a'],
    ['backspace', 'e\u0301', '', ''],
    ['backspace', '', 'b', 'b'],
    ['delete', 'a', '🇺🇦b', 'ab'],
    ['delete', 'a', '', 'a'],
    ['clear', 'a b', 'c', 'c'],
    ['cutWord', 'one two ', 'c', 'one c'],
    ['cutWord', '   ', '', ''],
  ])('%s on %j before %j gives %j', (name, before, after, text) => {
    const composer = { text: `${before}${after}`, place: before.length }
    expect(editText(composer, name).text).toBe(text)
  })

  it.each<[Edit, number, number]>([
    ['left', 4, 3],
    ['right', 4, 5],
    ['right', 8, 8],
    ['left', 0, 0],
    ['home', 6, 4],
    ['home', 2, 0],
    ['end', 1, 3],
    ['end', 5, 8],
  ])('%s moves from %i to %i', (name, from, to) => {
    expect(editText({ text: 'one\nfour', place: from }, name)).toEqual({
      text: 'one\nfour',
      place: to,
    })
  })

  it('leaves the cursor within the text, whatever is typed', { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 20 }),
        fc.array(fc.oneof(fc.constantFrom(...EDITS), fc.string({ unit: 'binary', maxLength: 3 }))),
        (text, keys) => {
          let composer = createComposer(text)
          for (const key of keys) {
            const name = EDITS.find((each) => each === key)
            composer = name === undefined ? insertText(composer, key) : editText(composer, name)
            expect(composer.place).toBeGreaterThanOrEqual(0)
            expect(composer.place).toBeLessThanOrEqual(composer.text.length)
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
