/**
 * The recovery phrase: an account's 16 bytes as 12 words and a checksum word (spec 01 §7). The
 * phrase is the account, so nothing here keeps, logs or compares it elsewhere.
 *
 * @module
 */
import { assertLength } from '../assert-length.ts'
import { encodeUtf8 } from '../bytes.ts'
import type { Result } from '../result.ts'
import { err, ok } from '../result.ts'
import { ACCOUNT_SEED_BYTES } from './account.ts'
import { computeCrc32 } from './crc32.ts'
import {
  GROUP_BYTES,
  GROUP_WORDS,
  PREFIX_LETTERS,
  decodeWordIndices,
  encodeWordIndices,
  findWordIndex,
  wordAt,
} from './word-triples.ts'

/**
 * Why a phrase was refused. `word` is what the person typed, for the screen they typed it on,
 * and for no log: twelve of thirteen words are most of a secret.
 */
export type PhraseError =
  | { readonly code: 'phrase_unknown_word'; readonly word: string; readonly position: number }
  | { readonly code: 'phrase_word_count'; readonly count: number }
  | { readonly code: 'phrase_last_word_missing' }
  | { readonly code: 'phrase_checksum' }

const DATA_WORDS = (ACCOUNT_SEED_BYTES / GROUP_BYTES) * GROUP_WORDS
export const PHRASE_WORDS: number = DATA_WORDS + 1

/** Throws on a seed of another length, which is a mistake of ours. */
export function encodeRecoveryPhrase(seed: Uint8Array): string {
  assertLength(seed, ACCOUNT_SEED_BYTES, 'account seed')
  const indices = encodeWordIndices(seed)
  const words = indices.map(wordAt)
  words.push(wordAt(indices[findChecksumPosition(indices)] ?? 0))
  return words.join(' ')
}

/**
 * Reads what a person typed, in either case, with white space of every kind and words cut after their third letter.
 * Positions count from 1. An unknown word is told before a wrong count, because a word that was
 * split in two is both.
 */
export function decodeRecoveryPhrase(text: string): Result<Uint8Array, PhraseError> {
  const words = text.split(/\s+/u).filter((word) => word !== '')
  const indices: number[] = []
  for (const [offset, word] of words.entries()) {
    const index = findWordIndex(word)
    if (index === undefined) {
      return err({ code: 'phrase_unknown_word', word, position: offset + 1 })
    }
    indices.push(index)
  }
  if (indices.length === DATA_WORDS) return err({ code: 'phrase_last_word_missing' })
  if (indices.length !== PHRASE_WORDS) {
    return err({ code: 'phrase_word_count', count: indices.length })
  }
  const data = indices.slice(0, DATA_WORDS)
  if (indices[DATA_WORDS] !== data[findChecksumPosition(data)]) {
    return err({ code: 'phrase_checksum' })
  }
  return ok(decodeWordIndices(data))
}

/**
 * The last word repeats one of the others; which one depends on the prefixes of all (spec 01
 * §7.3).
 */
function findChecksumPosition(indices: readonly number[]): number {
  const prefixes = indices.map((index) => wordAt(index).slice(0, PREFIX_LETTERS)).join('')
  return computeCrc32(encodeUtf8(prefixes)) % indices.length
}
