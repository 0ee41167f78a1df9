import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import { agree, createAgreementKeyPair } from '../agreement.ts'
import { encodeHex, encodeUtf8 } from '../bytes.ts'
import { blake2b } from '../hash.ts'
import { decapsulate, deriveKemKeyPair, encapsulate } from '../ml-kem.ts'
import {
  deriveHybridKeyPair,
  hashHybridKey,
  HYBRID_PUBLIC_KEY_BYTES,
  splitHybridPublicKey,
  toHybridPublicKey,
} from './hybrid-key.ts'
import type { HybridPublicKey } from './hybrid-key.ts'

const randomness = createSeededRandomness('hybrid')
const seed = randomness.bytes(32)
const pair = deriveHybridKeyPair(seed)

/** The public key with one byte of its X25519 half replaced by a rule. */
function withAgreementKey(replace: (bytes: Uint8Array) => void): Uint8Array {
  const bytes = Uint8Array.from(pair.publicKey)
  replace(bytes.subarray(1184))
  return bytes
}

describe('deriveHybridKeyPair', () => {
  test('it gives both halves of the public key, ML-KEM first', () => {
    expect(pair.publicKey).toHaveLength(HYBRID_PUBLIC_KEY_BYTES)
    expect(pair.publicKey.subarray(0, 1184)).toEqual(pair.kem.publicKey)
    expect(pair.publicKey.subarray(1184)).toEqual(pair.agreement.publicKey)
  })

  test('it gives the same pair for the same seed and shares no half with another', () => {
    expect(deriveHybridKeyPair(Uint8Array.from(seed)).publicKey).toEqual(pair.publicKey)
    const other = deriveHybridKeyPair(Uint8Array.from(seed, (byte) => byte ^ 1))
    expect(other.kem.publicKey).not.toEqual(pair.kem.publicKey)
    expect(other.agreement.publicKey).not.toEqual(pair.agreement.publicKey)
  })

  test('it derives each half under its own name, so that neither secret tells the other', () => {
    const named = (name: string, length: number): Uint8Array =>
      blake2b(encodeUtf8(name), { length, key: seed })
    expect(deriveKemKeyPair(named('SottoHybridMlKem768', 64)).publicKey).toEqual(pair.kem.publicKey)
    expect(named('SottoHybridX25519', 32)).toEqual(pair.agreement.secretKey)
  })

  test('it has halves that work', () => {
    const { ciphertext, sharedSecret } = encapsulate(pair.kem.publicKey, randomness)
    expect(decapsulate(pair.kem, ciphertext)).toEqual(sharedSecret)
    const peer = createAgreementKeyPair(randomness)
    expect(agree(peer.secretKey, pair.agreement.publicKey)).toEqual(
      agree(pair.agreement.secretKey, peer.publicKey),
    )
  })

  test('it leaves the seed as it was, which the caller keeps', () => {
    const own = Uint8Array.from(seed)
    deriveHybridKeyPair(own)
    expect(own).toEqual(seed)
  })

  test.each([0, 16, 31, 33, 64])('it throws for a seed of %i bytes', (length) => {
    expect(() => deriveHybridKeyPair(new Uint8Array(length))).toThrow(RangeError)
  })
})

describe('toHybridPublicKey', () => {
  test('it takes what was derived, as the same bytes, and tells its halves', () => {
    const bytes = Uint8Array.from(pair.publicKey)
    const key = toHybridPublicKey(bytes)
    expect(key).toBe(bytes)
    expect(key && splitHybridPublicKey(key)).toEqual({
      kem: pair.kem.publicKey,
      agreement: pair.agreement.publicKey,
    })
  })

  test.each([0, 32, 1184, 1215, 1217])('it refuses %i bytes', (length) => {
    expect(toHybridPublicKey(new Uint8Array(length))).toBeUndefined()
  })

  test('it refuses an ML-KEM half that is not the one encoding of its key', () => {
    const bytes = Uint8Array.from(pair.publicKey)
    bytes.fill(0xff, 0, 3)
    expect(toHybridPublicKey(bytes)).toBeUndefined()
  })

  test('it refuses an X25519 half of low order, with which that half would hide nothing', () => {
    expect(toHybridPublicKey(withAgreementKey((half) => half.fill(0)))).toBeUndefined()
    const one = withAgreementKey((half) => half.fill(0).set([1]))
    expect(toHybridPublicKey(one)).toBeUndefined()
  })

  test('it refuses the second encodings of an X25519 half, which would have another hash', () => {
    const topBit = withAgreementKey((half) => half.set([(half[31] ?? 0) | 0x80], 31))
    expect(toHybridPublicKey(topBit)).toBeUndefined()
    const aboveThePrime = withAgreementKey((half) => {
      half.fill(0xff)
      half[31] = 0x7f
    })
    expect(toHybridPublicKey(aboveThePrime)).toBeUndefined()
  })
})

describe('hashHybridKey', () => {
  test('it is BLAKE2b-256 of the whole key, so that another key in either half has another', () => {
    const hash = hashHybridKey(pair.publicKey)
    expect(hash).toEqual(blake2b(Uint8Array.from(pair.publicKey), { length: 32 }))
    const hashes = [0, 1151, 1152, 1183, 1184, 1215].map((index) => {
      const bytes = Uint8Array.from(pair.publicKey)
      bytes[index] = (bytes[index] ?? 0) ^ 1
      return encodeHex(hashHybridKey(bytes as HybridPublicKey))
    })
    expect(new Set([...hashes, encodeHex(hash)]).size).toBe(7)
  })

  test('it throws for a part of a key, which no document names', () => {
    const half = pair.publicKey.subarray(0, 1184) as HybridPublicKey
    expect(() => hashHybridKey(half)).toThrow(RangeError)
  })
})
