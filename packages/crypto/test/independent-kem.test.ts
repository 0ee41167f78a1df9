/**
 * ML-KEM-768 (spec 01 §8.1) held against a third implementation, libsodium's, which takes the random
 * bytes of an encapsulation, and against the hashes of FIPS 203 that make a secret. Whatever back end
 * is selected, none of ours takes part in the other side.
 */
import { createHash } from 'node:crypto'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { acceptedCases, loadVectors } from '@sotto/testkit/vectors'
import libsodium from 'libsodium-wrappers'
import { beforeAll, describe, expect, test } from 'vitest'
import { decapsulate, deriveKemKeyPair, encapsulate, toKemPublicKey } from '../src/kem.ts'
import { bytesOf, fixedRandomness } from './vector-evaluator.ts'

const ROUNDS = 60
const randomness = createSeededRandomness('independent')

beforeAll(() => libsodium.ready)

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** FIPS 203, algorithm 18 line 7: J(z ‖ c), what a ciphertext gives that was made for nobody. */
function rejectionSecret(seed: Uint8Array, ciphertext: Uint8Array): string {
  const hash = createHash('shake256', { outputLength: 32 })
  return hash.update(seed.subarray(32)).update(ciphertext).digest('hex')
}

/** FIPS 203, algorithm 17 line 1: the first half of G(m ‖ H(ek)). */
function messageSecret(message: Uint8Array, publicKey: Uint8Array): string {
  const keyHash = createHash('sha3-256').update(publicKey).digest()
  const hash = createHash('sha3-512').update(message).update(keyHash)
  return hash.digest('hex').slice(0, 64)
}

function secretOf(pair: Parameters<typeof decapsulate>[0], ciphertext: Uint8Array): string {
  const secret = decapsulate(pair, ciphertext)
  if (secret === undefined) throw new TypeError('a ciphertext of the right length')
  return hex(secret)
}

describe('libsodium', () => {
  test('it derives the same keys, encapsulates to the same bytes and opens them to the same secret', () => {
    for (let round = 0; round < ROUNDS; round++) {
      const [seed, message] = [randomness.bytes(64), randomness.bytes(32)]
      const theirs = libsodium.crypto_kem_mlkem768_seed_keypair(seed)
      const ours = deriveKemKeyPair(seed)
      expect(hex(ours.publicKey)).toBe(hex(theirs.publicKey))
      const made = encapsulate(ours.publicKey, fixedRandomness(hex(message)))
      const again = libsodium.crypto_kem_mlkem768_enc_deterministic(theirs.publicKey, message)
      expect(hex(made.ciphertext)).toBe(hex(again.ciphertext))
      expect(hex(made.sharedSecret)).toBe(hex(again.sharedSecret))
      expect(hex(made.sharedSecret)).toBe(messageSecret(message, theirs.publicKey))
      expect(secretOf(ours, again.ciphertext)).toBe(hex(again.sharedSecret))
    }
  })

  test('it gives the same secret for ciphertexts that were altered or are noise', () => {
    const seed = randomness.bytes(64)
    const theirs = libsodium.crypto_kem_mlkem768_seed_keypair(seed)
    const ours = deriveKemKeyPair(seed)
    const honest = libsodium.crypto_kem_mlkem768_enc_deterministic(
      theirs.publicKey,
      randomness.bytes(32),
    ).ciphertext
    const altered = Array.from({ length: ROUNDS }, (_, index) => {
      const bytes = Uint8Array.from(honest)
      bytes[18 * index] = (bytes[18 * index] ?? 0) ^ (1 << (index % 8))
      return bytes
    })
    const noise = Array.from({ length: ROUNDS }, () => randomness.bytes(1088))
    for (const ciphertext of [...altered, ...noise]) {
      const secret = secretOf(ours, ciphertext)
      expect(secret).toBe(rejectionSecret(seed, ciphertext))
      const { privateKey } = theirs
      expect(secret).toBe(hex(libsodium.crypto_kem_mlkem768_dec(ciphertext, privateKey)))
    }
  })

  test('it agrees with each vector that has a result', () => {
    const vectors = loadVectors<Record<string, string>, Record<string, string>>(
      '01-identity/ml-kem.json',
    )
    const seeded = acceptedCases(vectors).filter(({ input }) => input['seed'] !== undefined)
    expect(seeded.length).toBeGreaterThan(7)
    for (const { input, expect: value } of seeded) {
      const { seed = '', message, ciphertext } = input
      const pair = libsodium.crypto_kem_mlkem768_seed_keypair(bytesOf(seed))
      if (message !== undefined) {
        const made = libsodium.crypto_kem_mlkem768_enc_deterministic(
          pair.publicKey,
          bytesOf(message),
        )
        expect(hex(made.ciphertext)).toBe(value['ciphertext'])
        expect(hex(made.sharedSecret)).toBe(value['sharedSecret'])
      } else if (ciphertext === undefined) {
        expect(hex(pair.publicKey)).toBe(value['publicKey'])
      } else {
        const secret = libsodium.crypto_kem_mlkem768_dec(bytesOf(ciphertext), pair.privateKey)
        expect(hex(secret)).toBe(value['sharedSecret'])
      }
    }
  })

  test('it refuses a public key that is not reduced, as we do', () => {
    const { publicKey } = deriveKemKeyPair(randomness.bytes(64))
    const changed = Uint8Array.from(publicKey)
    changed.fill(0xff, 300, 303)
    expect(toKemPublicKey(changed)).toBeUndefined()
    expect(() => libsodium.crypto_kem_mlkem768_enc(changed)).toThrow()
  })
})

describe('known digests', () => {
  test.each([
    [
      '875a40549802610cf2554d88cdff30b7ccc1fecf3780bdf937be03c7ec20acbe541eecbae478099b7361978a8decaa0eeab7ac158e1593dc9071a17fcf5a8886',
      '87e915ae7f2e4e101621dc82b278b296e2eef82c81d12d72e0edf42bf8189160',
    ],
    [
      '263b51cacd2029b4bbc07573fdbcd1b3e5ee4d02f59a283900e09e970a69c56a3673912e8dd594c961f854a12aac3fc9d057378d8f7ef412ef6bcd74b90e004c',
      '968ea0e424d3ae631f066338253caaebbe7974e7121b940701ce73cafb0f09d0',
    ],
    [
      'deadbeefcafebabe0123456789abcdef0123456789abcdef0123456789abcdeffedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210',
      '9334bc384cdf0aed34d9eae93866cf173f3878592ff045f156c09bc1370f957c',
    ],
  ])('it derives from the seed %s the key that others derived', (seed, digest) => {
    expect(sha256(deriveKemKeyPair(bytesOf(seed)).publicKey)).toBe(digest)
  })

  test('it encapsulates to that key what others did', () => {
    const seed =
      'deadbeefcafebabe0123456789abcdef0123456789abcdef0123456789abcdeffedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210'
    const message = '606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f'
    const pair = deriveKemKeyPair(bytesOf(seed))
    const made = encapsulate(pair.publicKey, fixedRandomness(message))
    expect(sha256(made.ciphertext)).toBe(
      'a6d1fd52058b09238c08011c25a8d9696f9f3ad1ba9b89ca68a4cb030d5a61fb',
    )
    expect(hex(made.sharedSecret)).toBe(
      '51ec406bda9cd75402429388752666694835130d9bd2042d97a37aa4f20c4624',
    )
  })
})
