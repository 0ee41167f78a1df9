import { DECODER_RUNS, arbitraryBytes, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  decodeBase64,
  decodeHex,
  decodeUtf8,
  encodeBase64,
  encodeHex,
  encodeUtf8,
} from './bytes.ts'

const runs = { numRuns: DECODER_RUNS }

/**
 * Letters of the alphabet with a few strangers, because fully random text is refused at its
 * first character.
 */
function near(alphabet: string): fc.Arbitrary<string> {
  const nearby = fc.string({ unit: fc.constantFrom(...alphabet.split('')), maxLength: 200 })
  return fc.oneof(nearby, arbitraryText(100))
}

describe('decoders of text', () => {
  test('it gives a refusal, never a throw, for any text as hex, and one text for what it reads', () => {
    fc.assert(
      fc.property(near('0123456789abcdefABCDEF '), (text) => {
        const bytes = decodeHex(text)
        if (bytes !== undefined && encodeHex(bytes) !== text.toLowerCase()) expect.fail(text)
      }),
      runs,
    )
  })

  test('it gives a refusal, never a throw, for any text as base64, and one text for what it reads', () => {
    fc.assert(
      fc.property(near('ABCxyz0189+/=-_'), (text) => {
        const bytes = decodeBase64(text)
        if (bytes === undefined) return
        const padding = text.endsWith('=')
        if (encodeBase64(bytes, { padding: padding || bytes.length % 3 === 0 }) !== text) {
          expect.fail(text)
        }
      }),
      runs,
    )
  })

  test('it gives a refusal, never a throw, for any bytes as UTF-8, and the same bytes for what it reads', () => {
    fc.assert(
      fc.property(arbitraryBytes(40), (bytes) => {
        const text = decodeUtf8(bytes)
        if (text !== undefined && encodeHex(encodeUtf8(text)) !== encodeHex(bytes)) {
          expect.fail(encodeHex(bytes))
        }
      }),
      runs,
    )
  })
})

describe('round trips', () => {
  test('it reads back every byte string that it wrote', () => {
    fc.assert(
      fc.property(arbitraryBytes(2000), (bytes) => {
        expect(decodeHex(encodeHex(bytes))).toEqual(bytes)
        expect(decodeBase64(encodeBase64(bytes))).toEqual(bytes)
        expect(decodeBase64(encodeBase64(bytes, { padding: false }))).toEqual(bytes)
      }),
      { numRuns: 300 },
    )
  })

  test('it reads back every text that has a UTF-8 form', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decodeUtf8(encodeUtf8(text))).toBe(text)
      }),
      { numRuns: 1000 },
    )
  })
})
