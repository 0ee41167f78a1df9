import { DECODER_RUNS, arbitraryBytes } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, encodeUtf8 } from '../bytes.ts'
import { padContent, unpadContent } from './index.ts'

/** The legacy rule, ⌈(L + 2)/160⌉ · 160 − 1 bytes, as old senders still use it. */
function padLegacy(content: Uint8Array): Uint8Array {
  const total = Math.ceil((content.length + 2) / 160) * 160 - 1
  return concatBytes([content, Uint8Array.of(0x80), new Uint8Array(total - content.length - 1)])
}

describe('padding', () => {
  test('it writes whole blocks, so that a length tells no more than its block', () => {
    for (let length = 0; length <= 500; length++) {
      const padded = padContent(new Uint8Array(length).fill(7))
      expect(padded.length % 160).toBe(0)
      expect(padded.length - length).toBeGreaterThanOrEqual(1)
      expect(padded.length - length).toBeLessThanOrEqual(161)
    }
  })

  test('it reads both rules that are in use, for every length (trap 11)', () => {
    for (let length = 0; length <= 500; length++) {
      const content = new Uint8Array(length).fill(0x80)
      expect(unpadContent(padContent(content))).toEqual(content)
      expect(unpadContent(padLegacy(content))).toEqual(content)
    }
  })

  test('it ends every padding with 80 and zeros only (trap 11)', () => {
    const padded = padContent(encodeUtf8('hello'))
    expect(padded[5]).toBe(0x80)
    expect(padded.subarray(6).every((byte) => byte === 0)).toBe(true)
  })

  test('it gives back as it is what no terminator ends, as some senders never padded', () => {
    for (const bytes of [[], [0], [0, 0], [1], [1, 0], [0x80, 1], [0x81, 0]]) {
      expect(unpadContent(Uint8Array.from(bytes))).toEqual(Uint8Array.from(bytes))
    }
  })

  test('it reads any bytes without a throw, and never gives more than it got', () => {
    fc.assert(
      fc.property(arbitraryBytes(200), (bytes) => {
        if (unpadContent(bytes).length > bytes.length) expect.fail('grown')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  test('it reads back any content', () => {
    fc.assert(
      fc.property(arbitraryBytes(400), (content) => {
        expect(unpadContent(padContent(content))).toEqual(content)
      }),
      { numRuns: 500 },
    )
  })
})
