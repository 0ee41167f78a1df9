import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import {
  agree,
  createAgreementKeyPair,
  deriveAgreementKeyPair,
  toX25519PublicKey,
} from './agreement.ts'
import { isAcceptableX25519Point } from './point-encoding.ts'

const randomness = createSeededRandomness('agreement')

describe('agree', () => {
  test('it gives both sides one secret, and every pair another', () => {
    const [a, b, c] = [1, 2, 3].map(() => createAgreementKeyPair(randomness))
    if (!a || !b || !c) throw new TypeError('three pairs were made')
    const shared = agree(a.secretKey, b.publicKey)
    expect(shared).toHaveLength(32)
    expect(agree(b.secretKey, a.publicKey)).toEqual(shared)
    expect(agree(a.secretKey, c.publicKey)).not.toEqual(shared)
  })

  test('it refuses a key that makes the secret zero, which everyone could compute', () => {
    const { secretKey } = createAgreementKeyPair(randomness)
    for (const first of [0, 1]) {
      const bytes = new Uint8Array(32)
      bytes[0] = first
      const key = toX25519PublicKey(bytes)
      expect(key && agree(secretKey, key)).toBeUndefined()
    }
  })

  test('it ignores the top bit of a received key, as RFC 7748 §5 says', () => {
    const [a, b] = [createAgreementKeyPair(randomness), createAgreementKeyPair(randomness)]
    const bytes = Uint8Array.from(b.publicKey)
    bytes[31] = (bytes[31] ?? 0) | 0x80
    const key = toX25519PublicKey(bytes)
    expect(key && agree(a.secretKey, key)).toEqual(agree(a.secretKey, b.publicKey))
  })
})

describe('key pairs', () => {
  test('it derives one public key from a secret, however its ignored bits are set', () => {
    const secret = new Uint8Array(32).fill(0x55)
    const other = Uint8Array.from(secret)
    other[0] = (other[0] ?? 0) ^ 7
    other[31] = (other[31] ?? 0) ^ 0x80
    expect(deriveAgreementKeyPair(other).publicKey).toEqual(
      deriveAgreementKeyPair(secret).publicKey,
    )
  })

  test('it makes a fresh pair each time', () => {
    const first = createAgreementKeyPair(randomness)
    expect(createAgreementKeyPair(randomness).publicKey).not.toEqual(first.publicKey)
  })

  test('it makes public keys that an account id accepts', () => {
    for (let index = 0; index < 50; index++) {
      const { publicKey } = createAgreementKeyPair(randomness)
      expect(isAcceptableX25519Point(publicKey)).toBe(true)
    }
  })
})
