/** That the second implementations of these tests are right in themselves: published values, and OpenSSL's. */
import { createCipheriv, createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashSlowly } from './reference-hash.ts'
import { createReferenceAccount } from './reference-keys.ts'
import { readFields, writeFields } from './reference-session.ts'
import { deriveHchacha20, deriveHsalsa20, openXsalsa20, sealXsalsa20 } from './reference-stream.ts'

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex')

describe('the slow BLAKE2b', () => {
  it.each([0, 1, 127, 128, 129, 255, 256, 257, 1000])(
    'agrees with OpenSSL on 64 bytes of digest over %i bytes',
    (size) => {
      const message = Buffer.alloc(size, 0xa5)
      expect(hashSlowly(message, 64)).toEqual(createHash('blake2b512').update(message).digest())
    },
  )

  it('gives the published digest of 32 bytes, which is no beginning of the longer one', () => {
    const digest = hashSlowly(Buffer.from('TestMessage'), 32)
    expect(digest.toString('hex')).toBe(
      '2a48a12262e4548afb97fe2b04a912a02297d451169ee7ef2d01a28ea20286ab',
    )
    expect(hashSlowly(Buffer.from('TestMessage'), 64).subarray(0, 32)).not.toEqual(digest)
  })
})

describe('the slow Salsa20 and ChaCha20', () => {
  it('derives the first and second key of NaCl’s own box test', () => {
    const shared = bytes('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')
    const first = deriveHsalsa20(shared, Buffer.alloc(16))
    expect(first.toString('hex')).toBe(
      '1b27556473e985d462cd51197a9a46c76009549eac6474f206c4ee0844f68389',
    )
    const second = deriveHsalsa20(first, bytes('69696ee955b62b73cd62bda875fc73d6'))
    expect(second.toString('hex')).toBe(
      'dc908dda0b9344a953629b733820778880f3ceb421bb61b91cbd4c3e66256ce4',
    )
  })

  it('derives the key of draft-irtf-cfrg-xchacha §2.2.1', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index))
    const nonce = bytes('000000090000004a0000000031415927')
    expect(deriveHchacha20(key, nonce).toString('hex')).toBe(
      '82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc',
    )
  })

  it('seals as XChaCha20-Poly1305 of the same draft, with OpenSSL under its key (§A.3.1)', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, index) => 0x80 + index))
    const nonce = Buffer.from(Array.from({ length: 24 }, (_, index) => 0x40 + index))
    const iv = Buffer.concat([Buffer.alloc(4), nonce.subarray(16)])
    const aead = createCipheriv('chacha20-poly1305', deriveHchacha20(key, nonce), iv, {
      authTagLength: 16,
    })
    const body = aead.update("Ladies and Gentlemen of the class of '99: If I could")
    expect(body.subarray(0, 16).toString('hex')).toBe('bd6d179d3e83d43b9576579493c0e939')
  })

  it('opens what it sealed, and nothing that one bit was changed in', () => {
    const key = Buffer.alloc(32, 1)
    const nonce = Buffer.alloc(24, 2)
    for (const size of [0, 1, 31, 32, 33, 64, 97]) {
      const sealed = sealXsalsa20(key, nonce, Buffer.alloc(size, 3))
      expect(openXsalsa20(key, nonce, sealed)).toEqual(Buffer.alloc(size, 3))
      sealed.writeUInt8(sealed.readUInt8(0) ^ 1, 0)
      expect(openXsalsa20(key, nonce, sealed)).toBeUndefined()
    }
  })
})

describe('the other parts', () => {
  it('derive the published accounts', () => {
    expect(createReferenceAccount(bytes('0123456789abcdef0123456789abcdef')).id).toBe(
      '05d2ad010eeb72d72e561d9de7bd7b6989af77dcabffa03a5111a6c859ae5c3a72',
    )
    expect(createReferenceAccount(bytes('39038c8988db02c1af44e8c847bd9713')).id).toBe(
      '054830367d369d94605247999a375dbd0a0f65fdec5de1535612bcb6d4de452c69',
    )
  })

  it('write and read fields of every length of a varint', () => {
    const fields = [
      [1, 0n],
      [15, 127n],
      [16, 128n],
      [2047, 2n ** 64n - 1n],
      [3, Buffer.alloc(0)],
      [101, Buffer.alloc(127, 1)],
      [120, Buffer.alloc(16_384, 2)],
    ] as const
    expect(readFields(writeFields(fields))).toEqual(fields)
  })
})
