/** XChaCha20 for keys that a protocol derives. */
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from './bytes.ts'
import {
  openXChaCha,
  sealXChaCha,
  XCHACHA_KEY_BYTES,
  XCHACHA_NONCE_BYTES,
  XCHACHA_TAG_BYTES,
  xorXChaCha,
} from './xchacha.ts'

const KEYS = {
  key: new Uint8Array(XCHACHA_KEY_BYTES).fill(1),
  nonce: new Uint8Array(XCHACHA_NONCE_BYTES).fill(2),
}
const TEXT = encodeUtf8('a text')

describe('sealXChaCha', () => {
  it('adds a tag, and is opened with the same key and nonce only', () => {
    const sealed = sealXChaCha(KEYS, TEXT)
    expect(sealed).toHaveLength(TEXT.length + XCHACHA_TAG_BYTES)
    expect(openXChaCha(KEYS, sealed)).toEqual(TEXT)
    expect(openXChaCha({ ...KEYS, key: new Uint8Array(32) }, sealed)).toBeUndefined()
    expect(openXChaCha({ ...KEYS, nonce: new Uint8Array(24) }, sealed)).toBeUndefined()
  })

  it('throws for keys and nonces of another length, which are mistakes of ours', () => {
    const short = { ...KEYS, key: new Uint8Array(31) }
    const long = { ...KEYS, nonce: new Uint8Array(25) }
    for (const keys of [short, long]) {
      expect(() => sealXChaCha(keys, TEXT)).toThrow(RangeError)
      expect(() => openXChaCha(keys, TEXT)).toThrow(RangeError)
      expect(() => xorXChaCha(keys, TEXT)).toThrow(RangeError)
    }
  })
})

describe('openXChaCha', () => {
  it('refuses random bytes without a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(64), (sealed) => {
        expect(openXChaCha(KEYS, sealed)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses every mutation of a sealed text', () => {
    const sealed = sealXChaCha(KEYS, TEXT)
    fc.assert(
      fc.property(arbitraryMutation(sealed), (mutated) => {
        const isSame = mutated.every((byte, index) => byte === sealed[index])
        expect(openXChaCha(KEYS, mutated) !== undefined).toBe(isSame)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('xorXChaCha', () => {
  it('is its own inverse, changes nothing it was given, and authenticates nothing', () => {
    const hidden = xorXChaCha(KEYS, TEXT)
    expect(hidden).not.toEqual(TEXT)
    expect(TEXT).toEqual(encodeUtf8('a text'))
    expect(xorXChaCha(KEYS, hidden)).toEqual(TEXT)
    hidden[0] = (hidden[0] ?? 0) ^ 1
    expect(xorXChaCha(KEYS, hidden)[0]).toBe((TEXT[0] ?? 0) ^ 1)
  })
})
