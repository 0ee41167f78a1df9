import { DECODER_RUNS, arbitraryBytesOf, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeHex, encodeHex, encodeUtf8 } from '../bytes.ts'
import { computeCrc32 } from './crc32.ts'
import { decodeRecoveryPhrase, encodeRecoveryPhrase } from './index.ts'
import { WORDS } from './word-list.ts'
import { decodeWordIndices, encodeWordIndices } from './word-triples.ts'

const SEED = decodeHex('39038c8988db02c1af44e8c847bd9713') ?? new Uint8Array()
const PHRASE =
  'puffin luxury annoyed rustled memoir faxed smidgen puddle kiwi nylon utopia zinger kiwi'
const words = PHRASE.split(' ')

describe('what is wrong with a phrase', () => {
  test('it names an unknown word as it was typed, and its place counted from one', () => {
    const phrase = words.with(4, 'Qwerty').join('  ')
    expect(decodeRecoveryPhrase(phrase)).toEqual({
      ok: false,
      error: { code: 'phrase_unknown_word', word: 'Qwerty', position: 5 },
    })
  })

  test('it names the first of several unknown words', () => {
    const phrase = words.with(2, 'qqq').with(9, 'qqq').join(' ')
    expect(decodeRecoveryPhrase(phrase)).toMatchObject({ error: { position: 3 } })
  })

  test('it says that the last word is missing when twelve are there', () => {
    expect(decodeRecoveryPhrase(words.slice(0, 12).join(' '))).toEqual({
      ok: false,
      error: { code: 'phrase_last_word_missing' },
    })
  })

  test.each([0, 1, 11, 14, 24, 25])('it says how many words there are when it is %d', (count) => {
    const phrase = Array.from({ length: count }, () => 'abbey').join(' ')
    expect(decodeRecoveryPhrase(phrase)).toEqual({
      ok: false,
      error: { code: 'phrase_word_count', count },
    })
  })

  test('it tells a wrong checksum word from the right one by three letters', () => {
    expect(decodeRecoveryPhrase(words.with(12, 'kiwxyz').join(' ')).ok).toBe(true)
    expect(decodeRecoveryPhrase(words.with(12, 'kiw').join(' ')).ok).toBe(true)
    expect(decodeRecoveryPhrase(words.with(12, 'abbey').join(' '))).toEqual({
      ok: false,
      error: { code: 'phrase_checksum' },
    })
  })
})

describe('what a person may do to a phrase', () => {
  test.each([
    ['upper case', PHRASE.toUpperCase()],
    ['a capital letter first', `P${PHRASE.slice(1)}`],
    ['spaces around and between', `   ${words.join('    ')}   `],
    ['lines', words.join('\r\n')],
    ['no-break spaces', words.join('\u00a0')],
    ['only the letters that count', words.map((word) => word.slice(0, 3)).join(' ')],
  ])('it reads %s', (_, phrase) => {
    expect(decodeRecoveryPhrase(phrase)).toEqual({ ok: true, value: SEED })
  })
})

describe('round trips', () => {
  test('it reads back every seed that it wrote, as 13 words of the list', () => {
    fc.assert(
      fc.property(arbitraryBytesOf(16), (seed) => {
        const phrase = encodeRecoveryPhrase(seed)
        expect(phrase.split(' ')).toHaveLength(13)
        expect(decodeRecoveryPhrase(phrase)).toEqual({ ok: true, value: seed })
      }),
      { numRuns: 500 },
    )
  })

  test('it reads back the indices of the smallest and the largest four bytes', () => {
    for (const hex of ['00000000', 'ffffffff', '00000080', 'ffffff7f']) {
      const bytes = decodeHex(hex) ?? new Uint8Array()
      expect(encodeHex(decodeWordIndices(encodeWordIndices(bytes)))).toBe(hex)
    }
  })

  test('it keeps the low 32 bits of three words that stand for more', () => {
    const last = WORDS.length - 1
    // 1625 · (1 + 1626 + 1626²) = 0x1003ca7a7.
    expect(encodeHex(decodeWordIndices([last, last - 1, last - 2]))).toBe('a7a73c00')
  })

  test.each([0, 15, 17, 32])('it throws for a seed of %d bytes, our own mistake', (length) => {
    expect(() => encodeRecoveryPhrase(new Uint8Array(length))).toThrow(RangeError)
  })
})

describe('text from outside', () => {
  const nearPhrase = fc
    .array(fc.oneof({ weight: 30, arbitrary: fc.constantFrom(...WORDS) }, arbitraryText(8)), {
      minLength: 11,
      maxLength: 14,
    })
    .map((list) => list.join(' '))

  test('it gives a refusal, never a throw, for any text; what it accepts has 16 bytes', () => {
    fc.assert(
      fc.property(fc.oneof(nearPhrase, arbitraryText(200)), (text) => {
        const decoded = decodeRecoveryPhrase(text)
        if (decoded.ok && decoded.value.length !== 16) expect.fail(text)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  test('it finds a mistyped word far more often than not', () => {
    let found = 0
    for (let index = 0; index < 600; index++) {
      const word = WORDS[(index * 131 + 7) % WORDS.length] ?? ''
      if (!decodeRecoveryPhrase(words.with(index % 12, word).join(' ')).ok) found++
    }
    // One of twelve checksum positions fits by chance.
    expect(found / 600).toBeGreaterThan(0.85)
  })
})

test('it computes the CRC-32 of zlib', () => {
  expect(computeCrc32(encodeUtf8('123456789'))).toBe(0xcbf43926)
  expect(computeCrc32(new Uint8Array())).toBe(0)
})
