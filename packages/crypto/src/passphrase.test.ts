/** Secrets under a passphrase. */
import { argon2Sync } from 'node:crypto'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { blake2b } from '@noble/hashes/blake2.js'
import { arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeUtf8 } from './bytes.ts'
import {
  derivePassphraseKey,
  deriveSlowHash,
  openSecret,
  PASSPHRASE_NONCE_BYTES,
  PASSPHRASE_SALT_BYTES,
  sealSecret,
} from './passphrase.ts'

const CHEAP = { passes: 1, memoryKibibytes: 8 }
const SALT = new Uint8Array(PASSPHRASE_SALT_BYTES).fill(1)
const NONCE = new Uint8Array(PASSPHRASE_NONCE_BYTES).fill(2)
const CONTEXT = encodeUtf8('context')
const OPTIONS = { passphrase: 'correct horse', salt: SALT, cost: CHEAP, context: CONTEXT }
const SECRET = encodeUtf8('a secret')

describe('derivePassphraseKey', () => {
  it('differs for each passphrase, salt, cost and context', () => {
    const keys = [
      OPTIONS,
      { ...OPTIONS, passphrase: 'correct horses' },
      { ...OPTIONS, salt: new Uint8Array(PASSPHRASE_SALT_BYTES) },
      { ...OPTIONS, cost: { passes: 2, memoryKibibytes: 8 } },
      { ...OPTIONS, cost: { passes: 1, memoryKibibytes: 16 } },
      { ...OPTIONS, context: encodeUtf8('contexts') },
    ].map((options) => derivePassphraseKey(options).join())
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('is the same however a keyboard types an accent', () => {
    const composed = derivePassphraseKey({ ...OPTIONS, passphrase: 'caf\u00E9' })
    expect(derivePassphraseKey({ ...OPTIONS, passphrase: 'cafe\u0301' })).toEqual(composed)
  })

  it.each([
    { passes: 0, memoryKibibytes: 8 },
    { passes: 1, memoryKibibytes: 7 },
    { passes: Number.NaN, memoryKibibytes: 8 },
  ])('throws for the cost %j, which is our own mistake', (cost) => {
    expect(() => derivePassphraseKey({ ...OPTIONS, cost })).toThrow('cost out of range')
  })

  it('throws for a salt of another length', () => {
    expect(() => derivePassphraseKey({ ...OPTIONS, salt: new Uint8Array(15) })).toThrow(RangeError)
  })
})

describe('sealSecret and openSecret', () => {
  const key = derivePassphraseKey(OPTIONS)

  it('gives back what was sealed, of every length', () => {
    fc.assert(
      fc.property(arbitraryBytes(200), (plaintext) => {
        expect(openSecret(key, NONCE, sealSecret(key, NONCE, plaintext))).toEqual(plaintext)
      }),
    )
  })

  it('is what OpenSSL’s Argon2id, noble’s BLAKE2b and noble’s cipher make of it', () => {
    const derived = argon2Sync('argon2id', {
      message: Buffer.from('correct horse'),
      nonce: SALT,
      parallelism: 1,
      tagLength: 32,
      memory: 8,
      passes: 1,
    })
    const theirs = blake2b(CONTEXT, { dkLen: 32, key: derived })
    const sealed = xchacha20poly1305(theirs, NONCE).encrypt(SECRET)
    expect(sealSecret(key, NONCE, SECRET)).toEqual(sealed)
    expect(openSecret(key, NONCE, sealed)).toEqual(SECRET)
  })

  it('opens nothing that was altered', () => {
    const sealed = sealSecret(key, NONCE, SECRET)
    fc.assert(
      fc.property(arbitraryMutation(sealed), (mutated) => {
        fc.pre(!Buffer.from(mutated).equals(sealed))
        expect(openSecret(key, NONCE, mutated)).toBeUndefined()
      }),
    )
  })

  it('opens nothing under another passphrase or context, nor what is shorter than a tag', () => {
    const sealed = sealSecret(key, NONCE, SECRET)
    for (const changed of [{ passphrase: 'wrong' }, { context: new Uint8Array(1) }]) {
      expect(
        openSecret(derivePassphraseKey({ ...OPTIONS, ...changed }), NONCE, sealed),
      ).toBeUndefined()
    }
    expect(openSecret(key, NONCE, sealed.subarray(0, 15))).toBeUndefined()
  })
})

describe('deriveSlowHash', () => {
  it('gives the Argon2id of OpenSSL, at the length asked for, which is part of the hash', () => {
    const message = encodeUtf8('message')
    for (const bytes of [16, 32]) {
      const derived = deriveSlowHash(message, SALT, { ...CHEAP, bytes })
      const parameters = {
        message,
        nonce: SALT,
        parallelism: 1,
        tagLength: bytes,
        memory: 8,
        passes: 1,
      }
      expect([...derived]).toEqual([...argon2Sync('argon2id', parameters)])
    }
    const short = deriveSlowHash(message, SALT, { ...CHEAP, bytes: 16 })
    expect(deriveSlowHash(message, SALT, CHEAP).subarray(0, 16)).not.toEqual(short)
  })

  it('throws for a cost or length out of range, and for another salt', () => {
    const message = encodeUtf8('message')
    const costs = [
      { passes: 0, memoryKibibytes: 8 },
      { passes: 1, memoryKibibytes: 7 },
      { ...CHEAP, bytes: 15 },
      { ...CHEAP, bytes: 65 },
    ]
    for (const cost of costs) expect(() => deriveSlowHash(message, SALT, cost)).toThrow(RangeError)
    expect(() => deriveSlowHash(message, new Uint8Array(15), CHEAP)).toThrow(RangeError)
  })
})
