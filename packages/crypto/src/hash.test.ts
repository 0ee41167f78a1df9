import { describe, expect, test } from 'vitest'
import { encodeHex, encodeUtf8 } from './bytes.ts'
import {
  blake2b,
  createBlake2b,
  deriveMessageHash,
  hmacSha256,
  sha256,
  sha512,
  sha3,
  shake256,
} from './hash.ts'

const ACCOUNT = Uint8Array.from({ length: 33 }, (_, index) => (index === 0 ? 5 : index))

describe('standard hashes', () => {
  test('it gives the values of FIPS 180-4 for "abc"', () => {
    const message = encodeUtf8('abc')
    expect(encodeHex(sha256(message))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    )
    expect(encodeHex(sha512(message)).slice(0, 32)).toBe('ddaf35a193617abacc417349ae204131')
  })

  // RFC 4231 §4.2, §4.3, §4.7: a short key, a shorter one, and one that is longer than a block.
  test.each([
    [
      '0b'.repeat(20),
      'Hi There',
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
    ],
    [
      '4a656665',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    [
      'aa'.repeat(131),
      'Test Using Larger Than Block-Size Key - Hash Key First',
      '60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54',
    ],
  ])('it gives the HMAC of RFC 4231 for key %s', (key, message, code) => {
    const keyBytes = Uint8Array.from(key.match(/../gu) ?? [], (pair) => Number.parseInt(pair, 16))
    expect(encodeHex(hmacSha256(keyBytes, encodeUtf8(message)))).toBe(code)
  })

  test('it gives plain bytes that own their memory, so that a pool never shows a neighbour’s secret', () => {
    const digest = sha256(new Uint8Array())
    expect(Object.getPrototypeOf(digest)).toBe(Uint8Array.prototype)
    expect(digest.buffer.byteLength).toBe(digest.length)
  })
})

describe('blake2b', () => {
  test('it makes the length a part of the hash: a short digest is not the beginning of a long one', () => {
    const message = encodeUtf8('a')
    const long = encodeHex(blake2b(message, { length: 64 }))
    expect(long.startsWith(encodeHex(blake2b(message, { length: 32 })))).toBe(false)
  })

  // The digests are those of another implementation (Python's hashlib).
  test('it salts, alone and beside key and personalisation', () => {
    const message = encodeUtf8('abc')
    const salt = encodeUtf8('SessionFileSvr\0\0')
    expect(encodeHex(blake2b(message, { length: 33, salt }))).toBe(
      '3d48ef8dbaf20ed6be790adcacd3530b48039c4dcbd06b3a148a7a25fabddcef4c',
    )
    const all = {
      length: 33,
      salt: Uint8Array.from({ length: 16 }, (_, index) => index),
      personalisation: encodeUtf8('SessionAttachmnt'),
      key: new Uint8Array(32).fill(0x6b),
    }
    expect(encodeHex(blake2b(message, all))).toBe(
      '4cce7131971a262734eaca309ec536c444585edbc5e3a5ae8bce49484e44786bec',
    )
  })

  test('it gives the digest of the whole for bytes that come one after the other', () => {
    const options = { length: 33, salt: new Uint8Array(16).fill(9) }
    const hash = createBlake2b(options)
    for (const part of ['one', '', 'two']) hash.update(encodeUtf8(part))
    expect(hash.digest()).toEqual(blake2b(encodeUtf8('onetwo'), options))
  })

  test.each([15, 17])('it refuses a salt of %i bytes', (bytes) => {
    const options = { length: 33, salt: new Uint8Array(bytes) }
    expect(() => blake2b(new Uint8Array(1), options)).toThrow('salt')
    expect(() => createBlake2b(options)).toThrow('salt')
  })

  test('it leaves message, key and personalisation as they were', () => {
    const [message, key, personalisation] = [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte))
    if (!message || !key || !personalisation) throw new TypeError('three arrays were made')
    blake2b(message, { length: 32, key, personalisation })
    expect([message, key, personalisation]).toEqual(
      [1, 2, 3].map((byte) => new Uint8Array(16).fill(byte)),
    )
  })
})

describe('deriveMessageHash', () => {
  test('it has 43 characters without padding, from raw type byte, key, namespace text and data (trap 1)', () => {
    const data = encodeUtf8('data')
    const hash = deriveMessageHash({ account: ACCOUNT, namespace: -10, data })
    const input = Uint8Array.from([...ACCOUNT, ...encodeUtf8('-10'), ...data])
    const digest = blake2b(input, { length: 32 })
    expect(hash).toHaveLength(43)
    expect(hash).toBe(btoa(String.fromCharCode(...digest)).replace('=', ''))
  })

  test('it has no text for namespace 0, not "0" (trap 1)', () => {
    const zero = deriveMessageHash({ account: ACCOUNT, namespace: 0, data: encodeUtf8('0x') })
    const bare = deriveMessageHash({ account: ACCOUNT, namespace: 0, data: encodeUtf8('x') })
    expect(zero).not.toBe(bare)
    // "" ‖ "1x" and "1" ‖ "x" are one input: an ambiguity of the format, which namespaces of
    // one account share.
    expect(deriveMessageHash({ account: ACCOUNT, namespace: 0, data: encodeUtf8('1x') })).toBe(
      deriveMessageHash({ account: ACCOUNT, namespace: 1, data: encodeUtf8('x') }),
    )
  })

  test('it treats minus zero as zero', () => {
    const data = encodeUtf8('x')
    expect(deriveMessageHash({ account: ACCOUNT, namespace: -0, data })).toBe(
      deriveMessageHash({ account: ACCOUNT, namespace: 0, data }),
    )
  })

  test('it is equal for equal data, whenever and wherever it is computed', () => {
    const message = { account: ACCOUNT, namespace: 0, data: new Uint8Array(76_800).fill(3) }
    expect(deriveMessageHash(message)).toBe(deriveMessageHash({ ...message }))
  })
})

describe('shake256', () => {
  test('it gives a longer output that begins with the shorter one', () => {
    const message = encodeUtf8('seed')
    expect(shake256(message, 96).subarray(0, 32)).toEqual(shake256(message, 32))
  })

  test('it throws for a length that no key schedule asks for', () => {
    for (const length of [0, -1, 1.5, 1025]) {
      expect(() => shake256(new Uint8Array(), length)).toThrow(RangeError)
    }
  })
})

describe('sha3', () => {
  test('it is another function than SHAKE256 cut to its length', () => {
    expect(sha3(new Uint8Array())).toHaveLength(32)
    expect(sha3(new Uint8Array())).not.toEqual(shake256(new Uint8Array(), 32))
  })
})
