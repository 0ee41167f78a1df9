import { describe, expect, test } from 'vitest'
import {
  concatBytes,
  decodeBase64,
  decodeHex,
  decodeUtf8,
  encodeBase32z,
  encodeBase64,
  encodeHex,
  encodeUint32LittleEndian,
  encodeUtf8,
  equalBytes,
  readUint32LittleEndian,
  wipeBytes,
} from './bytes.ts'

describe('concatBytes', () => {
  test('it joins parts in order and gives fresh bytes, so that a caller may wipe its parts', () => {
    const part = Uint8Array.of(1, 2)
    const joined = concatBytes([part, new Uint8Array(), Uint8Array.of(3)])
    part.fill(0)
    expect(joined).toEqual(Uint8Array.of(1, 2, 3))
  })

  test('it gives nothing for nothing', () => {
    expect(concatBytes([])).toEqual(new Uint8Array())
  })
})

describe('equalBytes', () => {
  test('it sees a difference in every single byte, the last one too', () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => index)
    for (let index = 0; index < bytes.length; index++) {
      const other = Uint8Array.from(bytes)
      other[index] = (other[index] ?? 0) ^ 0x80
      expect(equalBytes(bytes, other)).toBe(false)
    }
    expect(equalBytes(bytes, Uint8Array.from(bytes))).toBe(true)
  })

  test('it tells a prefix from the whole', () => {
    expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false)
    expect(equalBytes(new Uint8Array(), new Uint8Array())).toBe(true)
  })
})

test('it wipes every secret that it is given', () => {
  const [a, b] = [Uint8Array.of(1, 2), Uint8Array.of(3)]
  wipeBytes(a, b)
  expect([a, b]).toEqual([new Uint8Array(2), new Uint8Array(1)])
})

describe('hexadecimal', () => {
  test('it writes lower case and reads both cases', () => {
    expect(encodeHex(Uint8Array.of(0x00, 0x0f, 0xab))).toBe('000fab')
    expect(decodeHex('000FaB')).toEqual(Uint8Array.of(0x00, 0x0f, 0xab))
    expect(decodeHex('')).toEqual(new Uint8Array())
  })

  test.each(['0', 'abc', '0x', 'gg', ' 0', '0 ', '-1', '0\n', '００', 'ı0'])(
    'it refuses %j instead of reading a part of it',
    (text) => {
      expect(decodeHex(text)).toBeUndefined()
      // Long texts take another way through the native back end.
      expect(decodeHex('ab'.repeat(200) + text)).toBeUndefined()
    },
  )

  test('it refuses characters whose low byte is a digit, so that no account has two spellings', () => {
    expect(decodeHex('\u0130\u0131')).toBeUndefined()
    expect(decodeHex('00'.repeat(200) + '\u0130\u0131')).toBeUndefined()
  })
})

describe('base64', () => {
  // RFC 4648 §10.
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('it writes and reads the RFC’s %j, with padding and without', (text, base64) => {
    const bytes = encodeUtf8(text)
    const body = base64.replaceAll('=', '')
    expect(encodeBase64(bytes)).toBe(base64)
    expect(encodeBase64(bytes, { padding: true })).toBe(base64)
    expect(encodeBase64(bytes, { padding: false })).toBe(body)
    expect(decodeBase64(base64)).toEqual(bytes)
    expect(decodeBase64(body)).toEqual(bytes)
  })

  test.each([
    ['a length that no encoder writes', 'A'],
    ['a length that no encoder writes, longer', 'AAAAA'],
    ['half of the padding', 'Zg='],
    ['too much padding', 'Zm8=='],
    ['padding alone', '='],
    ['two characters of padding alone', '=='],
    ['a whole group of padding', '===='],
    ['three characters of padding', 'A==='],
    ['padding inside', 'Zg==Zg=='],
    ['the URL alphabet', '-_-_'],
    ['white space', 'Zm9v\n'],
    ['white space inside', 'Zm 9v'],
    ['stray bits before two characters of padding', 'Zh=='],
    ['stray bits before one character of padding', 'Zm9='],
    ['stray bits without padding', 'Zh'],
    ['a character above Latin-1', 'Zm9\u0176'],
  ])('it refuses %s, so that bytes have one text', (_, text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })
})

describe('UTF-8', () => {
  test('it keeps a byte-order mark, which is data', () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)
    expect(decodeUtf8(bytes)).toBe('\ufeffa')
    expect(encodeUtf8('\ufeffa')).toEqual(bytes)
  })

  test.each([
    ['a lone continuation byte', [0x80]],
    ['a sequence that is cut off', [0xe2, 0x82]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['a number above Unicode', [0xf4, 0x90, 0x80, 0x80]],
    ['ff', [0xff]],
  ])('it refuses %s instead of repairing it', (_, bytes) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toBeUndefined()
  })

  test('it reads a view by its own bounds, not those of the memory under it', () => {
    expect(decodeUtf8(encodeUtf8('xxhalloxx').subarray(2, 7))).toBe('hallo')
  })
})

describe('unsigned 32-bit integers', () => {
  test('it reads what it wrote, at any offset', () => {
    for (const value of [0, 1, 255, 256, 0x01020304, 0xffffffff]) {
      const bytes = concatBytes([Uint8Array.of(9), encodeUint32LittleEndian(value)])
      expect(readUint32LittleEndian(bytes, 1)).toBe(value)
    }
    expect(encodeUint32LittleEndian(0x01020304)).toEqual(Uint8Array.of(4, 3, 2, 1))
  })

  test('it reads inside a view of a larger memory', () => {
    const memory = Uint8Array.of(9, 9, 1, 0, 0, 0, 9)
    expect(readUint32LittleEndian(memory.subarray(2, 6), 0)).toBe(1)
  })

  test.each([-1, 1, 5, 0.5, Number.NaN])('it refuses offset %d of four bytes', (offset) => {
    expect(readUint32LittleEndian(new Uint8Array(4), offset)).toBeUndefined()
  })

  test.each([-1, 0x1_0000_0000, 1.5, Number.NaN])('it throws for %d, our own mistake', (value) => {
    expect(() => encodeUint32LittleEndian(value)).toThrow(RangeError)
  })
})

describe('z-base-32', () => {
  test.each([
    ['', ''],
    ['00', 'yy'],
    ['ff', '9h'],
    ['f0bfc7', '6n9hq'],
    ['d47a04', '4t7ye'],
    ['00'.repeat(32), 'y'.repeat(52)],
  ])('it writes %s as %j', (hex, text) => {
    expect(encodeBase32z(decodeHex(hex) ?? new Uint8Array(1))).toBe(text)
  })
})
