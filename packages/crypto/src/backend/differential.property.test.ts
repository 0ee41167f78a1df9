/**
 * Both back ends give the same bytes and the same refusals, for honest and for hostile input
 * (ADR 0002). A difference is a network split: clients run one back end and nodes the other.
 */
import { argon2Sync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  arbitraryBytes,
  arbitraryBytesBetween,
  arbitraryBytesOf,
  arbitraryMutation,
} from '@sotto/testkit/arbitraries'
import { backend as native } from './native.ts'
import { backend as noble } from './noble.ts'

/** Curve operations cost noble up to 2 ms; hashes and ciphers are cheap. */
const CURVE_RUNS = 60
const CHEAP_RUNS = 500

const key = arbitraryBytesOf(32)
const message = arbitraryBytes(600)

function check<T extends [unknown, ...unknown[]]>(
  numRuns: number,
  arbitraries: { [Index in keyof T]: fc.Arbitrary<T[Index]> },
  compare: (...values: T) => void,
): void {
  fc.assert(fc.property(...arbitraries, compare), { numRuns })
}

describe('hashes', () => {
  test('it gives equal BLAKE2b for every digest length, key length and personalisation', () => {
    const options = fc.record(
      {
        length: fc.integer({ min: 1, max: 64 }),
        key: arbitraryBytesBetween(1, 64),
        personalisation: arbitraryBytesOf(16),
      },
      { requiredKeys: ['length'] },
    )
    check(CHEAP_RUNS, [message, options], (bytes, chosen) => {
      expect(native.blake2b(bytes, chosen)).toEqual(noble.blake2b(bytes, chosen))
    })
  })

  test('it gives equal SHA-256, SHA-512 and HMAC for every key length, longer than a block included', () => {
    check(CHEAP_RUNS, [message, arbitraryBytes(200)], (bytes, secret) => {
      expect(native.sha256(bytes)).toEqual(noble.sha256(bytes))
      expect(native.sha512(bytes)).toEqual(noble.sha512(bytes))
      expect(native.sha3(bytes)).toEqual(noble.sha3(bytes))
      expect(native.shake256(bytes, 96)).toEqual(noble.shake256(bytes, 96))
      expect(native.hmacSha256(secret, bytes)).toEqual(noble.hmacSha256(secret, bytes))
    })
  })
})

describe('passphrases', () => {
  test('it gives equal Argon2id for every passphrase and cost, as OpenSSL does', () => {
    const costs = fc.record({
      passes: fc.integer({ min: 1, max: 3 }),
      memoryKibibytes: fc.integer({ min: 8, max: 64 }),
    })
    check(CURVE_RUNS, [arbitraryBytes(100), arbitraryBytesOf(16), costs], (bytes, salt, cost) => {
      const derived = native.argon2id(bytes, salt, cost)
      expect(noble.argon2id(bytes, salt, cost)).toEqual(derived)
      const openssl = argon2Sync('argon2id', {
        message: bytes,
        nonce: salt,
        parallelism: 1,
        tagLength: 32,
        memory: cost.memoryKibibytes,
        passes: cost.passes,
      })
      expect(Uint8Array.from(openssl)).toEqual(derived)
    })
  })
})

describe('signatures', () => {
  test('it derives equal keys, signs equally and accepts its own signatures on both', () => {
    check(CURVE_RUNS, [key, message], (seed, bytes) => {
      const publicKey = native.deriveEd25519PublicKey(seed)
      expect(noble.deriveEd25519PublicKey(seed)).toEqual(publicKey)
      const signature = native.signEd25519(seed, publicKey, bytes)
      expect(noble.signEd25519(seed, publicKey, bytes)).toEqual(signature)
      expect(native.verifyEd25519(publicKey, bytes, signature)).toBe(true)
      expect(noble.verifyEd25519(publicKey, bytes, signature)).toBe(true)
    })
  })

  test('it judges mutated signatures, keys and messages equally', () => {
    const seed = new Uint8Array(32).fill(7)
    const publicKey = native.deriveEd25519PublicKey(seed)
    const text = Uint8Array.of(1, 2, 3)
    const signature = native.signEd25519(seed, publicKey, text)
    const mutated = fc.tuple(
      fc.oneof(fc.constant(publicKey), arbitraryMutation(publicKey)),
      fc.oneof(fc.constant(text), arbitraryMutation(text)),
      fc.oneof(fc.constant(signature), arbitraryMutation(signature)),
    )
    check(2 * CURVE_RUNS, [mutated], ([changedKey, changedText, changedSignature]) => {
      const verdict = native.verifyEd25519(changedKey, changedText, changedSignature)
      expect(noble.verifyEd25519(changedKey, changedText, changedSignature)).toBe(verdict)
    })
  })

  test('it judges random keys and signatures equally, and never throws', () => {
    check(CURVE_RUNS, [key, message, arbitraryBytesOf(64)], (publicKey, bytes, signature) => {
      expect(native.verifyEd25519(publicKey, bytes, signature)).toBe(false)
      expect(noble.verifyEd25519(publicKey, bytes, signature)).toBe(false)
    })
  })

  test('it converts honest keys equally', () => {
    check(CURVE_RUNS, [key], (seed) => {
      const publicKey = native.deriveEd25519PublicKey(seed)
      const converted = native.convertEd25519PublicKey(publicKey)
      expect(converted).toBeDefined()
      expect(noble.convertEd25519PublicKey(publicKey)).toEqual(converted)
    })
  })

  test('it converts or refuses random bytes equally', () => {
    check(CURVE_RUNS, [key], (bytes) => {
      expect(noble.convertEd25519PublicKey(bytes)).toEqual(native.convertEd25519PublicKey(bytes))
    })
  })
})

describe('agreement', () => {
  test('it derives equal keys and secrets, whatever bits the peer set', () => {
    check(CURVE_RUNS, [key, key], (secretKey, publicKey) => {
      expect(noble.deriveX25519PublicKey(secretKey)).toEqual(
        native.deriveX25519PublicKey(secretKey),
      )
      expect(noble.agreeX25519(secretKey, publicKey)).toEqual(
        native.agreeX25519(secretKey, publicKey),
      )
    })
  })
})

describe('ciphers', () => {
  test.each([
    { cipher: 'XChaCha20', nonceBytes: 24 },
    { cipher: 'AesGcm', nonceBytes: 12 },
  ] as const)(
    'it seals $cipher equally, opens the other one’s, and refuses mutations on both',
    ({ cipher, nonceBytes }) => {
      const seal = `seal${cipher}` as const
      const open = `open${cipher}` as const
      check(
        CHEAP_RUNS,
        [message, arbitraryBytesOf(nonceBytes), key, fc.nat()],
        (bytes, nonce, secret, at) => {
          const fromNative = new Uint8Array(bytes.length + 16)
          const fromNoble = new Uint8Array(bytes.length + 16)
          native[seal](fromNative, bytes, nonce, secret)
          noble[seal](fromNoble, bytes, nonce, secret)
          expect(fromNative).toEqual(fromNoble)
          const opened = new Uint8Array(bytes.length)
          expect(native[open](opened, fromNoble, nonce, secret)).toBe(true)
          expect(opened).toEqual(bytes)
          expect(noble[open](opened.fill(0), fromNative, nonce, secret)).toBe(true)
          expect(opened).toEqual(bytes)
          flipBit(fromNative, at)
          expect(native[open](opened, fromNative, nonce, secret)).toBe(false)
          expect(noble[open](opened, fromNative, nonce, secret)).toBe(false)
        },
      )
    },
  )

  test('it seals AES-CBC equally, and opens or refuses altered blocks equally', () => {
    check(CHEAP_RUNS, [message, arbitraryBytesOf(16), key, fc.nat()], (bytes, iv, secret, at) => {
      const length = bytes.length + 16 - (bytes.length % 16)
      const fromNative = new Uint8Array(length)
      const fromNoble = new Uint8Array(length)
      native.sealAesCbc(fromNative, bytes, iv, secret)
      noble.sealAesCbc(fromNoble, bytes, iv, secret)
      expect(fromNative).toEqual(fromNoble)
      expect(native.openAesCbc(fromNative, iv, secret)).toEqual(bytes)
      expect(noble.openAesCbc(fromNative, iv, secret)).toEqual(bytes)
      flipBit(fromNative, at)
      expect(noble.openAesCbc(fromNative, iv, secret)).toEqual(
        native.openAesCbc(fromNative, iv, secret),
      )
    })
  })

  test('it seals boxes equally, opens the other one’s, and refuses mutations on both', () => {
    check(CURVE_RUNS, [message, arbitraryBytesOf(24), key, key], (bytes, nonce, a, b) => {
      const toB = { secretKey: a, publicKey: native.deriveX25519PublicKey(b) }
      const fromA = { secretKey: b, publicKey: native.deriveX25519PublicKey(a) }
      const fromNative = new Uint8Array(bytes.length + 16)
      const fromNoble = new Uint8Array(bytes.length + 16)
      expect(native.sealBox(fromNative, bytes, nonce, toB)).toBe(true)
      expect(noble.sealBox(fromNoble, bytes, nonce, toB)).toBe(true)
      expect(fromNative).toEqual(fromNoble)
      const opened = new Uint8Array(bytes.length)
      expect(native.openBox(opened, fromNative, nonce, fromA)).toBe(true)
      expect(opened).toEqual(bytes)
      expect(noble.openBox(opened.fill(0), fromNative, nonce, fromA)).toBe(true)
      expect(opened).toEqual(bytes)
      flipBit(fromNative, bytes.length)
      expect(native.openBox(opened, fromNative, nonce, fromA)).toBe(false)
      expect(noble.openBox(opened, fromNative, nonce, fromA)).toBe(false)
    })
  })
})

describe('text forms', () => {
  const tooLong = arbitraryBytes(300)

  test('it writes and reads hex and base64 equally', () => {
    check(CHEAP_RUNS, [tooLong], (bytes) => {
      const hex = native.encodeHex(bytes)
      const base64 = native.encodeBase64(bytes)
      expect(noble.encodeHex(bytes)).toBe(hex)
      expect(noble.encodeBase64(bytes)).toBe(base64)
      const body = base64.replaceAll('=', '')
      for (const each of [native, noble]) {
        expect(each.decodeHex(hex.toUpperCase())).toEqual(bytes)
        expect(each.decodeBase64(body)).toEqual(bytes)
      }
    })
  })

  test('it accepts the same hex, base64 and UTF-8, and gives equal bytes for them', () => {
    const nearHex = fc.string({
      unit: fc.constantFrom(...'0123456789abcdefABCDEFgı '.split('')),
      maxLength: 300,
    })
    const nearBase64 = fc.string({
      unit: fc.constantFrom(...'ABab01+/-_ =Ł'.split('')),
      maxLength: 12,
    })
    check(4 * CHEAP_RUNS, [nearHex, nearBase64, arbitraryBytes(12)], (hex, base64, bytes) => {
      expect(native.decodeHex(hex)).toEqual(noble.decodeHex(hex))
      if (base64.length % 4 !== 1) {
        expect(native.decodeBase64(base64)).toEqual(noble.decodeBase64(base64))
      }
      expect(native.decodeUtf8(bytes)).toBe(noble.decodeUtf8(bytes))
    })
  })
})

function flipBit(bytes: Uint8Array, position: number): void {
  const index = position % bytes.length
  bytes[index] = (bytes[index] ?? 0) ^ (1 << (position % 8))
}
