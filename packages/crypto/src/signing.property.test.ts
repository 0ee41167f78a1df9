import {
  DECODER_RUNS,
  arbitraryBytes,
  arbitraryBytesBetween,
  arbitraryBytesOf,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agree, deriveAgreementKeyPair, toX25519PublicKey } from './agreement.ts'
import { backend } from './backend/index.ts'
import {
  convertSigningPublicKey,
  deriveSigningKeyPair,
  sign,
  toEd25519PublicKey,
  verify,
  xed25519PublicKey,
  xed25519Verify,
} from './signing.ts'

/**
 * A noble agreement takes up to a millisecond and has one path for all inputs; native runs them
 * all.
 */
const AGREEMENT_RUNS = backend.name === 'native' ? DECODER_RUNS : 1_000

const honest = deriveSigningKeyPair(new Uint8Array(32).fill(9))

describe('bytes from outside', () => {
  test('it gives a refusal, never a throw, for any key, message and signature', () => {
    const keys = fc.oneof(fc.constant(honest.publicKey), arbitraryBytesOf(32), arbitraryBytes(64))
    // One in four has the length of a signature; the others are refused before any arithmetic.
    const signatures = fc.oneof(
      { weight: 1, arbitrary: arbitraryBytesOf(64) },
      { weight: 3, arbitrary: arbitraryBytesBetween(0, 130) },
    )
    fc.assert(
      fc.property(keys, arbitraryBytes(40), signatures, (key, message, signature) => {
        const publicKey = toEd25519PublicKey(key)
        if (publicKey && verify({ publicKey, message, signature })) expect.fail('accepted')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  test('it converts any bytes or refuses them, never throws', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(40), arbitraryBytesOf(32)), (bytes) => {
        const publicKey = toEd25519PublicKey(bytes)
        const converted = publicKey && convertSigningPublicKey(publicKey)
        if (converted && converted.length !== 32) expect.fail('not a key')
      }),
      { numRuns: AGREEMENT_RUNS },
    )
  })

  test('it agrees with any bytes or refuses them, never throws', () => {
    const own = deriveAgreementKeyPair(new Uint8Array(32).fill(3))
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(40), arbitraryBytesOf(32)), (bytes) => {
        const peer = toX25519PublicKey(bytes)
        const shared = peer && agree(own.secretKey, peer)
        if (shared?.every((byte) => byte === 0)) expect.fail('a secret of zeros')
      }),
      { numRuns: AGREEMENT_RUNS },
    )
  })

  test('it judges any XEd25519 signature without a throw', () => {
    // Conversion of the key is BigInt arithmetic on both back ends: a tenth of the runs reach
    // it.
    const keys = fc.oneof(
      { weight: 9, arbitrary: arbitraryBytes(31) },
      { weight: 1, arbitrary: arbitraryBytesOf(32) },
    )
    fc.assert(
      fc.property(keys, arbitraryBytes(70), (key, signature) => {
        const publicKey = toX25519PublicKey(key)
        if (publicKey === undefined) return
        xed25519PublicKey(publicKey)
        if (xed25519Verify({ publicKey, message: key, signature })) expect.fail('accepted')
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

test('it accepts every honest signature', () => {
  fc.assert(
    fc.property(arbitraryBytesOf(32), arbitraryBytes(200), (seed, message) => {
      const pair = deriveSigningKeyPair(seed)
      const signature = sign(pair, message)
      expect(verify({ publicKey: pair.publicKey, message, signature })).toBe(true)
    }),
    { numRuns: 100 },
  )
})
