/**
 * The tables by themselves, whatever the back end and the engine: browsers without `toHex` and
 * `toBase64` run them, and browsers with them must give the same.
 */
import { describe, expect, test } from 'vitest'
import { decodeBase64Body, encodeBase64 } from './base64.ts'
import { encodeBase32z } from './base32z.ts'
import { decodeHex, encodeHex } from './hex.ts'

const ALL_BYTES = Uint8Array.from({ length: 256 }, (_, index) => index)

describe('tables', () => {
  test('it writes and reads all 256 bytes in hex', () => {
    const text = encodeHex(ALL_BYTES)
    expect(text).toBe(Buffer.from(ALL_BYTES).toString('hex'))
    expect(decodeHex(text)).toEqual(ALL_BYTES)
    expect(decodeHex(text.toUpperCase())).toEqual(ALL_BYTES)
  })

  test('it takes no other character of the first 600 for a digit of hex', () => {
    for (let code = 0; code < 600; code++) {
      const character = String.fromCharCode(code)
      const accepted = decodeHex(`0${character}`) !== undefined
      expect(accepted).toBe(/^[0-9a-fA-F]$/u.test(character))
    }
  })

  test('it writes and reads base64 of every length up to 256', () => {
    for (let length = 0; length <= 256; length++) {
      const bytes = ALL_BYTES.subarray(0, length)
      const text = encodeBase64(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64'))
      expect(decodeBase64Body(text.replaceAll('=', ''))).toEqual(Uint8Array.from(bytes))
    }
  })

  test('it takes no other character of the first 600 for a digit of base64', () => {
    for (let code = 0; code < 600; code++) {
      const character = String.fromCharCode(code)
      const accepted = decodeBase64Body(`AAA${character}`) !== undefined
      expect(accepted).toBe(/^[A-Za-z0-9+/]$/u.test(character))
    }
  })

  test('it refuses every text of two or three characters that has bits for no byte', () => {
    expect(decodeBase64Body('AQ')).toEqual(Uint8Array.of(1))
    for (const text of ['AR', 'AS', 'AT', 'Af', 'A/'])
      expect(decodeBase64Body(text)).toBeUndefined()
    expect(decodeBase64Body('AAE')).toEqual(Uint8Array.of(0, 1))
    for (const text of ['AAF', 'AAG', 'AAH']) expect(decodeBase64Body(text)).toBeUndefined()
  })

  test('it writes z-base-32 with one character for each five bits begun', () => {
    for (let length = 0; length <= 40; length++) {
      const text = encodeBase32z(ALL_BYTES.subarray(0, length))
      expect(text).toHaveLength(Math.ceil((length * 8) / 5))
      expect(text).toMatch(/^[ybndrfg8ejkmcpqxot1uwisza345h769]*$/u)
    }
  })
})

test('it uses toHex and toBase64 where the engine has them, as ECMAScript 2026 wants', () => {
  const bytes = Uint8Array.of(1)
  Object.defineProperty(bytes, 'toHex', { value: () => 'hex of the engine' })
  Object.defineProperty(bytes, 'toBase64', { value: () => 'base64 of the engine' })
  expect(encodeHex(bytes)).toBe('hex of the engine')
  expect(encodeBase64(bytes)).toBe('base64 of the engine')
})
