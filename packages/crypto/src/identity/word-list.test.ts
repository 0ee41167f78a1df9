import { describe, expect, test } from 'vitest'
import { encodeHex, encodeUtf8 } from '../bytes.ts'
import { sha256 } from '../hash.ts'
import { WORDS } from './word-list.ts'

const hashOf = (text: string): string => encodeHex(sha256(encodeUtf8(text)))

describe('the word list', () => {
  test('it is the published one, word for word and in order: one moved word changes every phrase', () => {
    expect(hashOf(WORDS.join('\n'))).toBe(
      '998df55cb16d2318130c5cf7e9d4408247c8c4674935ee6e07d53f2f00ccf19b',
    )
    expect(hashOf(WORDS.join(' '))).toBe(
      '3c381ebb6defd69ab7c1998641c8a047a1488fcebc393c5ef44828ca9128003b',
    )
  })

  test('it has 1,626 words, each told apart by its first three letters', () => {
    expect(WORDS).toHaveLength(1626)
    expect(new Set(WORDS.map((word) => word.slice(0, 3))).size).toBe(1626)
    expect(WORDS.every((word) => /^[a-z]{3,}$/u.test(word))).toBe(true)
  })

  test('it can write every 4 bytes as three words: 1626³ is above 2³²', () => {
    expect(WORDS.length ** 3).toBeGreaterThan(2 ** 32)
  })
})
