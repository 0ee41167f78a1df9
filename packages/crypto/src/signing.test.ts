import { describe, expect, test } from 'vitest'
import { agree, deriveAgreementKeyPair, toX25519PublicKey } from './agreement.ts'
import { encodeHex, encodeUtf8 } from './bytes.ts'
import {
  convertSigningKeyPair,
  convertSigningPublicKey,
  deriveSigningKeyPair,
  sign,
  toEd25519PublicKey,
  verify,
} from './signing.ts'

const pair = deriveSigningKeyPair(new Uint8Array(32).fill(1))
const other = deriveSigningKeyPair(new Uint8Array(32).fill(2))
const message = encodeUtf8('message')

describe('sign and verify', () => {
  test('it accepts what the key signed, and nothing else', () => {
    const signature = sign(pair, message)
    expect(verify({ publicKey: pair.publicKey, message, signature })).toBe(true)
    expect(verify({ publicKey: other.publicKey, message, signature })).toBe(false)
    expect(verify({ publicKey: pair.publicKey, message: encodeUtf8('massage'), signature })).toBe(
      false,
    )
  })

  test('it signs deterministically, so that no bad random source can give the key away', () => {
    expect(sign(pair, message)).toEqual(sign(pair, message))
  })

  test('it refuses a signature with any single byte changed', () => {
    const signature = sign(pair, message)
    for (let index = 0; index < signature.length; index++) {
      const changed = Uint8Array.from(signature)
      changed[index] = (changed[index] ?? 0) ^ 0x10
      expect(verify({ publicKey: pair.publicKey, message, signature: changed })).toBe(false)
    }
  })

  test('it works on views into larger memory, as decoders give them', () => {
    const memory = new Uint8Array(200)
    memory.set(pair.publicKey, 3)
    memory.set(sign(pair, message), 50)
    memory.set(message, 130)
    const publicKey = toEd25519PublicKey(memory.subarray(3, 35))
    if (publicKey === undefined) throw new TypeError('32 bytes are a key')
    const signed = memory.subarray(130, 130 + message.length)
    expect(verify({ publicKey, message: signed, signature: memory.subarray(50, 114) })).toBe(true)
  })
})

describe('lengths', () => {
  test.each([0, 31, 33, 64])('it takes %d bytes for no key', (length) => {
    expect(toEd25519PublicKey(new Uint8Array(length))).toBeUndefined()
    expect(toX25519PublicKey(new Uint8Array(length))).toBeUndefined()
  })

  test.each([0, 16, 31, 33, 64])(
    'it throws for a secret of %d bytes, our own mistake',
    (length) => {
      expect(() => deriveSigningKeyPair(new Uint8Array(length))).toThrow(RangeError)
      expect(() => deriveAgreementKeyPair(new Uint8Array(length))).toThrow(RangeError)
    },
  )
})

describe('conversion to agreement keys', () => {
  test('it reaches one X25519 key from the secret and from the public half', () => {
    for (let seed = 0; seed < 20; seed++) {
      const signing = deriveSigningKeyPair(new Uint8Array(32).fill(seed))
      const agreement = convertSigningKeyPair(signing)
      expect(convertSigningPublicKey(signing.publicKey)).toEqual(agreement.publicKey)
    }
  })

  test('it gives keys that agree', () => {
    const [a, b] = [convertSigningKeyPair(pair), convertSigningKeyPair(other)]
    const shared = agree(a.secretKey, b.publicKey)
    expect(shared).toBeDefined()
    expect(agree(b.secretKey, a.publicKey)).toEqual(shared)
  })

  test('it stores the secret clamped, as other implementations show it', () => {
    const { secretKey } = convertSigningKeyPair(pair)
    expect((secretKey[0] ?? 1) & 7).toBe(0)
    expect((secretKey[31] ?? 0) >> 6).toBe(1)
    expect(encodeHex(secretKey)).toHaveLength(64)
  })

  test('it leaves the signing seed as it was', () => {
    convertSigningKeyPair(pair)
    expect(pair.seed).toEqual(new Uint8Array(32).fill(1))
  })
})
