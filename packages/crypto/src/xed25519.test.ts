import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import { createAgreementKeyPair } from './agreement.ts'
import { encodeUtf8 } from './bytes.ts'
import {
  convertSigningKeyPair,
  deriveSigningKeyPair,
  toEd25519PublicKey,
  verify,
  xed25519PublicKey,
  xed25519Sign,
  xed25519Verify,
} from './signing.ts'

const randomness = createSeededRandomness('xed25519')
const message = encodeUtf8('message')

describe('XEd25519', () => {
  test('it signs with keys of either sign, and verifies with the X25519 key alone', () => {
    for (let index = 0; index < 12; index++) {
      const { secretKey, publicKey } = createAgreementKeyPair(randomness)
      const signature = xed25519Sign(secretKey, message, randomness)
      expect(xed25519Verify({ publicKey, message, signature })).toBe(true)
      expect(xed25519Verify({ publicKey, message: encodeUtf8('massage'), signature })).toBe(false)
    }
  })

  test('it gives another signature each time, as the nonce is partly random', () => {
    const { secretKey } = createAgreementKeyPair(randomness)
    const first = xed25519Sign(secretKey, message, randomness)
    expect(xed25519Sign(secretKey, message, randomness)).not.toEqual(first)
  })

  test('it gives another nonce for another message, even if the random source repeats itself', () => {
    const { secretKey } = createAgreementKeyPair(randomness)
    const [a, b] = ['one', 'two'].map((text) =>
      xed25519Sign(secretKey, encodeUtf8(text), createSeededRandomness('stuck')).subarray(0, 32),
    )
    expect(a).not.toEqual(b)
  })

  test('it makes signatures that an ordinary Ed25519 verifier accepts', () => {
    const { secretKey, publicKey } = createAgreementKeyPair(randomness)
    const signature = xed25519Sign(secretKey, message, randomness)
    const edwards = xed25519PublicKey(publicKey)
    expect(edwards && verify({ publicKey: edwards, message, signature })).toBe(true)
  })

  test('it finds the original signing key, up to the sign bit', () => {
    for (let seed = 0; seed < 8; seed++) {
      const signing = deriveSigningKeyPair(new Uint8Array(32).fill(seed))
      const found = xed25519PublicKey(convertSigningKeyPair(signing).publicKey)
      const original = Uint8Array.from(signing.publicKey)
      original[31] = (original[31] ?? 0) & 0x7f
      expect(found).toEqual(toEd25519PublicKey(original))
    }
  })

  test('it leaves the secret key as it was', () => {
    const { secretKey } = createAgreementKeyPair(randomness)
    const before = Uint8Array.from(secretKey)
    xed25519Sign(secretKey, message, randomness)
    expect(secretKey).toEqual(before)
  })
})
