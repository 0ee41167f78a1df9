import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { concatBytes, decodeHex, encodeHex, encodeUtf8 } from '../bytes.ts'
import { blake2b } from '../hash.ts'
import { CONFIG_CIPHER_OVERHEAD_BYTES, openConfig, openWithGroupKey, sealConfig } from './index.ts'

const secret = decodeHex('abcdef0123456789'.repeat(4)) ?? new Uint8Array()
const key = { secret, domain: 'test-suite1' }
const message = encodeUtf8('some message 1')

describe('sealConfig', () => {
  test('it writes the bytes that other clients write (trap 15)', () => {
    expect(encodeHex(sealConfig(key, message))).toBe(
      'f14f242a26638f3305707d1035e734577f943cd7d28af58e32637e0966dcaf2f4860cb4d0f8ba7e09d29e31f5e4a18f65847287a54a0',
    )
  })

  test('it writes the same bytes each time, so that one configuration is one stored message', () => {
    expect(sealConfig(key, message)).toEqual(sealConfig(key, Uint8Array.from(message)))
  })

  test('it shows no common bytes for two texts that differ in one bit', () => {
    const other = Uint8Array.from(message)
    other[0] = (other[0] ?? 0) ^ 1
    const [a, b] = [sealConfig(key, message), sealConfig(key, other)]
    expect(a.subarray(1, 8)).not.toEqual(b.subarray(1, 8))
  })

  test('it puts the nonce, a keyed hash of the plaintext, behind and not in front (trap 15)', () => {
    const nonce = blake2b(message, {
      length: 24,
      key: encodeUtf8('libsessionutil-config-encrypted-test-suite1'),
    })
    const sealed = sealConfig(key, message)
    expect(sealed.subarray(-24)).toEqual(nonce)
    const inFront = concatBytes([nonce, sealed.subarray(0, -24)])
    expect(openConfig(key, inFront)).toBeUndefined()
  })

  test('it hashes the length of the plaintext, big-endian, into the key (trap 15)', () => {
    const sealed = sealConfig(key, message)
    const opened = (length: Uint8Array): Uint8Array | undefined => {
      const material = concatBytes([secret, length, encodeUtf8('test-suite1')])
      const derived = blake2b(material, { length: 32 })
      const withNonce = concatBytes([sealed.subarray(-24), sealed.subarray(0, -24)])
      return openWithGroupKey(derived, withNonce)
    }
    const bigEndian = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, message.length)
    expect(opened(bigEndian)).toEqual(message)
    expect(opened(bigEndian.toReversed())).toBeUndefined()
    expect(opened(new Uint8Array())).toBeUndefined()
  })

  test('it throws for a key of another length, which is our own mistake', () => {
    expect(() => sealConfig({ ...key, secret: new Uint8Array(31) }, message)).toThrow(RangeError)
  })
})

describe('openConfig', () => {
  test('it gives back every plaintext, the empty one included', () => {
    fc.assert(
      fc.property(arbitraryBytes(600), (plaintext) => {
        const sealed = sealConfig(key, plaintext)
        expect(sealed.length).toBe(plaintext.length + CONFIG_CIPHER_OVERHEAD_BYTES)
        expect(openConfig(key, sealed)).toEqual(plaintext)
      }),
    )
  })

  test('it opens for no other key and no other domain', () => {
    const sealed = sealConfig(key, message)
    expect(openConfig({ ...key, secret: new Uint8Array(32) }, sealed)).toBeUndefined()
    expect(openConfig({ ...key, domain: 'test-suite2' }, sealed)).toBeUndefined()
  })

  test('it refuses every shortened ciphertext', () => {
    const sealed = sealConfig(key, message)
    for (let length = 0; length < sealed.length; length++) {
      expect(openConfig(key, sealed.subarray(0, length))).toBeUndefined()
    }
  })

  test('it refuses random bytes, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(200), (bytes) => {
        expect(openConfig(key, bytes)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  test('it refuses every altered ciphertext', () => {
    const sealed = sealConfig(key, message)
    fc.assert(
      fc.property(arbitraryMutation(sealed), (bytes) => {
        fc.pre(encodeHex(bytes) !== encodeHex(sealed))
        expect(openConfig(key, bytes)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
