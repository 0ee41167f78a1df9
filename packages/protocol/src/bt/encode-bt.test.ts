/** What the bt encoder writes, and which mistakes of ours it stops. */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { type BtInput, encodeBt } from './index.ts'

function encodeText(value: BtInput): string | undefined {
  return decodeUtf8(encodeBt(value))
}

describe('encodeBt', () => {
  it.each<[string, BtInput, string]>([
    ['zero', 0, 'i0e'],
    ['minus zero as the one zero', -0, 'i0e'],
    ['a negative number', -42, 'i-42e'],
    ['a bigint like the number', 42n, 'i42e'],
    ['the largest unsigned 64-bit integer', 2n ** 64n - 1n, 'i18446744073709551615e'],
    ['the smallest signed 64-bit integer', -(2n ** 63n), 'i-9223372036854775808e'],
    ['an empty string', '', '0:'],
    ['bytes', Uint8Array.of(0x61, 0x62), '2:ab'],
    ['text as its UTF-8 bytes', 'hé', '3:hé'],
    ['an empty list', [], 'le'],
    ['nested lists', [[1], ['a', []]], 'lli1eel1:aleee'],
    ['an empty dict', new Map(), 'de'],
  ])('writes %s', (_, value, expected) => {
    expect(encodeText(value)).toBe(expected)
  })

  it('sorts the keys of a dict, so that the order of filling does not show', () => {
    const filled = new Map([
      ['b', 1],
      ['', 2],
      ['aa', 3],
      ['a', 4],
      ['Z', 5],
    ])
    expect(encodeText(filled)).toBe('d0:i2e1:Zi5e1:ai4e2:aai3e1:bi1ee')
  })

  it('writes keys byte by byte', () => {
    expect(encodeBt(new Map([['\u00ff', 1]]))).toEqual(
      Uint8Array.of(0x64, 0x31, 0x3a, 0xff, 0x69, 0x31, 0x65, 0x65),
    )
  })

  it('writes values that are longer than its first buffer', () => {
    const long = new Uint8Array(100_000).fill(0x78)
    const encoded = encodeBt([long, long])
    expect(encoded.length).toBe(2 + 2 * (7 + long.length))
    expect(encoded.subarray(8, 8 + long.length)).toEqual(long)
  })

  it.each<[string, BtInput]>([
    ['a fraction', 0.5],
    ['not-a-number', Number.NaN],
    ['infinity', Number.POSITIVE_INFINITY],
    ['a number beyond 2^53, which may already be another one', 2 ** 53],
    ['an integer beyond unsigned 64 bits', 2n ** 64n],
    ['an integer below signed 64 bits', -(2n ** 63n) - 1n],
    ['a key that is more than bytes', new Map([['\u0100', 1]])],
  ])('throws for %s, because it is a mistake of ours', (_, value) => {
    expect(() => encodeBt(value)).toThrow(RangeError)
  })

  it('throws for a dict value that is undefined instead of leaving it out', () => {
    class Leaky extends Map<string, BtInput> {
      override get(): undefined {
        return undefined
      }
    }
    expect(() => encodeBt(new Leaky([['a', 1]]))).toThrow(RangeError)
  })
})
