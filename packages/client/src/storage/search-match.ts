/**
 * What a person types, as a question to the search index. Only how it is asked: what is found, and in which order, is the message table's.
 *
 * @module
 */

/** Words that begin so, in the form in which the index keeps them; at most as many as are asked for. */
export type ListTerms = (beginning: string, limit: number) => readonly string[]

/** Beginnings up to this length have an index of their own. */
const INDEXED_BEGINNING = 3
/** Beyond these it is no slower to let SQLite collect the places of all of them. */
const TERMS_MAX = 8
/** The index keeps other letters in forms of its own. */
const PLAIN_WORD = /^[A-Za-z0-9]+$/u

/**
 * All words have to occur, the last one may be a beginning. Words only, in quotation marks: nothing that a person types is an operator.
 *
 * SQLite collects all places of all words of a beginning before it gives the first; those of whole words it gives one by one. Where a
 * beginning has few words, these are asked for instead: the newest of 100,000 places without the rest.
 */
export function composeMatch(words: string, listTerms: ListTerms): string | undefined {
  const found = words.match(/[\p{L}\p{N}\p{M}]+/gu)
  const last = found?.at(-1)
  if (found === null || last === undefined) return undefined
  const whole = found.slice(0, -1).map(quote)
  return [...whole, composeBeginning(last, listTerms)].join(' AND ')
}

function composeBeginning(word: string, listTerms: ListTerms): string {
  const beginning = `${quote(word)}*`
  if (word.length <= INDEXED_BEGINNING || !PLAIN_WORD.test(word)) return beginning
  const terms = listTerms(word.toLowerCase(), TERMS_MAX + 1)
  if (terms.length === 0 || terms.length > TERMS_MAX) return beginning
  return `(${terms.map(quote).join(' OR ')})`
}

function quote(word: string): string {
  return `"${word}"`
}
