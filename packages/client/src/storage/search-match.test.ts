/** How a search is asked: whole words where that is the same and faster, and nothing that a person types is an operator. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createMessage } from '../../test/history-fixtures.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { History } from './history.ts'
import { composeMatch, type ListTerms } from './search-match.ts'

const listNothing: ListTerms = () => []

describe('a question to the search index', () => {
  it.each(['', '  ', '"*()', '- + :'])('is none without a word: %j', (words) => {
    expect(composeMatch(words, listNothing)).toBeUndefined()
  })

  it.each([
    ['one', '"one"*'],
    ['one NOT two', '"one" AND "NOT" AND "two"*'],
    ['a"b OR (c)*', '"a" AND "b" AND "OR" AND "c"*'],
    ['Grüße', '"Grüße"*'],
  ])('has words only: %j is %s', (words, match) => {
    expect(composeMatch(words, listNothing)).toBe(match)
  })

  it('asks for the words of a beginning where they are few', () => {
    const asked: string[] = []
    const match = composeMatch('the Messa', (beginning) => {
      asked.push(beginning)
      return ['message', 'messages']
    })
    expect(asked).toEqual(['messa'])
    expect(match).toBe('"the" AND ("message" OR "messages")')
  })

  it('asks for the beginning where its words are many', () => {
    const listMany: ListTerms = (beginning, limit) =>
      Array.from({ length: limit }, (_, index) => `${beginning}${index}`)
    expect(composeMatch('word', listMany)).toBe('"word"*')
  })

  it.each(['mes', 'é', 'über', 'naïve'])('does not list the words that begin with %s', (word) => {
    const refuse: ListTerms = () => expect.unreachable()
    expect(composeMatch(word, refuse)).toBe(`"${word}"*`)
  })
})

describe('a search by the words of a beginning', () => {
  const BEGINNINGS = ['mess', 'messa', 'MESSAGE', 'messages', 'messy', 'mess1', 'other']
  const word = fc
    .tuple(
      fc.constantFrom('mess', 'Message', 'méssage', 'MESSAGES', 'meſſage', 'messy', 'other', 'in'),
      fc.constantFrom('', '1', '2', '3', '4', 'é', 'ÿ', '漢', '𝒳', '\u{10FFFF}', '\u0301', "'s"),
    )
    .map(([stem, end]) => stem + end)
  const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(' '))

  it('finds what the search for the beginning finds, in its order', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 12 }), fc.nat(9), (texts, limit) => {
        const database = openSqlite()
        const { messages } = new History(database)
        for (const [sentAtMs, one] of texts.entries())
          messages.add(createMessage({ text: one, sentAtMs }))
        const simple = database.prepare(
          'SELECT rowid FROM message_texts WHERE message_texts MATCH ? ORDER BY rowid DESC LIMIT ?',
        )
        for (const beginning of BEGINNINGS) {
          const expected = simple.all(`"${beginning}"*`, limit)
          const found = messages.search({ words: beginning, limit })
          expect(found.map(({ sentAtMs }) => sentAtMs + 1)).toEqual(
            expected.map((row) => row['rowid']),
          )
        }
      }),
      { numRuns: 300 },
    )
  })
})
