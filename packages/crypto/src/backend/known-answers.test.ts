/**
 * Published values for each primitive of each back end, below everything of ours: where this
 * fails, a library or its wiring is wrong, and not a rule.
 */
import { describe, expect, test } from 'vitest'
import { decodeHex, encodeHex } from '../text/hex.ts'
import { encodeUtf8 } from '../text/utf8.ts'
import { backend as native } from './native.ts'
import { backend as noble } from './noble.ts'

function hex(text: string): Uint8Array {
  const bytes = decodeHex(text.replaceAll(/\s/gu, ''))
  if (bytes === undefined) throw new TypeError('not hex')
  return bytes
}

const LADIES_AND_GENTLEMEN = encodeUtf8(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
)

/** RFC 7748 §6.1, and NaCl's tests. */
const ALICE = {
  secretKey: hex('77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a'),
  publicKey: hex('8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a'),
}
const BOB = {
  secretKey: hex('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb'),
  publicKey: hex('de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f'),
}

describe.each([native, noble])('$name', (backend) => {
  test('it hashes "abc" to the BLAKE2b-512 of RFC 7693 appendix A', () => {
    expect(encodeHex(backend.blake2b(encodeUtf8('abc'), { length: 64 }))).toBe(
      'ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1' +
        '7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923',
    )
  })

  test('it hashes with keys and digests below libsodium’s minimum of 16 bytes', () => {
    const message = encodeUtf8('TestMessage')
    expect(encodeHex(backend.blake2b(message, { length: 32, key: encodeUtf8('TestKey') }))).toBe(
      '3d643e479b626bb2907476e32ccf7bdbd1ac3efa0da6e2c335255c48dcc216b6',
    )
    expect(backend.blake2b(message, { length: 1 })).toHaveLength(1)
    expect(backend.blake2b(message, { length: 15, key: new Uint8Array(64) })).toHaveLength(15)
  })

  test('it hashes as the examples of FIPS 202', () => {
    expect(encodeHex(backend.sha3(encodeUtf8('abc')))).toBe(
      '3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532',
    )
    expect(encodeHex(backend.shake256(new Uint8Array(), 32))).toBe(
      '46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f',
    )
  })

  test('it encrypts by XChaCha20 from block 0, one block before the text of XChaCha20-Poly1305', () => {
    const [nonce, key] = [new Uint8Array(24).fill(1), new Uint8Array(32).fill(2)]
    const sealed = new Uint8Array(LADIES_AND_GENTLEMEN.length + 16)
    backend.sealXChaCha20(sealed, LADIES_AND_GENTLEMEN, nonce, key)
    const input = new Uint8Array(64 + LADIES_AND_GENTLEMEN.length)
    input.set(LADIES_AND_GENTLEMEN, 64)
    const stream = backend.xorXChaCha20(input, nonce, key)
    expect(stream.subarray(64)).toEqual(sealed.subarray(0, -16))
    expect(backend.xorXChaCha20(stream, nonce, key)).toEqual(input)
  })

  test('it agrees on the secret of RFC 7748 §6.1 from both sides', () => {
    const shared = hex('4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742')
    expect(backend.deriveX25519PublicKey(ALICE.secretKey)).toEqual(ALICE.publicKey)
    expect(backend.deriveX25519PublicKey(BOB.secretKey)).toEqual(BOB.publicKey)
    expect(backend.agreeX25519(ALICE.secretKey, BOB.publicKey)).toEqual(shared)
    expect(backend.agreeX25519(BOB.secretKey, ALICE.publicKey)).toEqual(shared)
  })

  test('it signs as test 3 of RFC 8032 §7.1', () => {
    const seed = hex('c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7')
    const publicKey = hex('fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025')
    const signature = hex(
      '6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac' +
        '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a',
    )
    expect(backend.deriveEd25519PublicKey(seed)).toEqual(publicKey)
    expect(backend.signEd25519(seed, publicKey, hex('af82'))).toEqual(signature)
    expect(backend.verifyEd25519(publicKey, hex('af82'), signature)).toBe(true)
    expect(backend.verifyEd25519(publicKey, hex('af83'), signature)).toBe(false)
  })

  test('it seals as the NIST vectors for AES-256-GCM (test cases 13 and 14)', () => {
    const [key, nonce] = [new Uint8Array(32), new Uint8Array(12)]
    const empty = new Uint8Array(16)
    backend.sealAesGcm(empty, new Uint8Array(), nonce, key)
    expect(encodeHex(empty)).toBe('530f8afbc74536b9a963b4f1c4cb738b')
    const block = new Uint8Array(32)
    backend.sealAesGcm(block, new Uint8Array(16), nonce, key)
    expect(encodeHex(block)).toBe(
      'cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919',
    )
  })

  test('it seals as NIST SP 800-38A §F.2.5 for AES-256-CBC, with a block of padding behind', () => {
    const key = hex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4')
    const iv = hex('000102030405060708090a0b0c0d0e0f')
    const output = new Uint8Array(32)
    backend.sealAesCbc(output, hex('6bc1bee22e409f96e93d7e117393172a'), iv, key)
    expect(encodeHex(output.subarray(0, 16))).toBe('f58c4c04d6e5f1ba779eabfb5f7bfbd6')
    expect(backend.openAesCbc(output, iv, key)).toEqual(hex('6bc1bee22e409f96e93d7e117393172a'))
  })

  test('it opens its own XChaCha20-Poly1305, with the tag behind a text of equal length', () => {
    const key = hex('808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f')
    const nonce = hex('404142434445464748494a4b4c4d4e4f5051525354555657')
    const output = new Uint8Array(LADIES_AND_GENTLEMEN.length + 16)
    backend.sealXChaCha20(output, LADIES_AND_GENTLEMEN, nonce, key)
    // draft-irtf-cfrg-xchacha-03 appendix A.3.1; the text does not depend on the additional
    // data there.
    expect(encodeHex(output.subarray(0, 16))).toBe('bd6d179d3e83d43b9576579493c0e939')
    const opened = new Uint8Array(LADIES_AND_GENTLEMEN.length)
    expect(backend.openXChaCha20(opened, output, nonce, key)).toBe(true)
    expect(opened).toEqual(LADIES_AND_GENTLEMEN)
  })

  test('it makes NaCl’s crypto_box of its first test, tag in front', () => {
    const message = hex(`
      be075fc53c81f2d5cf141316ebeb0c7b5228c52a4c62cbd44b66849b64244ffce5ecbaaf33bd751a1ac728d45e6c61
      296cdc3c01233561f41db66cce314adb310e3be8250c46f06dceea3a7fa1348057e2f6556ad6b1318a024a838f21af
      1fde048977eb48f59ffd4924ca1c60902e52f0a089bc76897040e082f937763848645e0705`)
    const keys = { secretKey: ALICE.secretKey, publicKey: BOB.publicKey }
    const nonce = hex('69696ee955b62b73cd62bda875fc73d68219e0036b7a0b37')
    const output = new Uint8Array(message.length + 16)
    expect(backend.sealBox(output, message, nonce, keys)).toBe(true)
    expect(encodeHex(output.subarray(0, 32))).toBe(
      'f3ffc7703f9400e52a7dfb4b3d3305d98e993b9f48681273c29650ba32fc76ce',
    )
    const opened = new Uint8Array(message.length)
    expect(
      backend.openBox(opened, output, nonce, {
        secretKey: BOB.secretKey,
        publicKey: ALICE.publicKey,
      }),
    ).toBe(true)
    expect(opened).toEqual(message)
    expect(backend.openBox(opened, output.subarray(0, 15), nonce, keys)).toBe(false)
  })

  test('it fills exactly the bytes of a view with randomness, and none beside it', () => {
    const memory = new Uint8Array(100)
    backend.fillRandom(memory.subarray(20, 80))
    expect(memory.subarray(0, 20)).toEqual(new Uint8Array(20))
    expect(memory.subarray(80)).toEqual(new Uint8Array(20))
    expect(memory.subarray(20, 80).some((byte) => byte !== 0)).toBe(true)
  })

  test('it writes ciphertexts into views without touching their neighbours', () => {
    const key = new Uint8Array(32).fill(1)
    const memory = new Uint8Array(64)
    backend.sealXChaCha20(memory.subarray(8, 32), new Uint8Array(8), new Uint8Array(24), key)
    backend.sealAesGcm(memory.subarray(33, 57), new Uint8Array(8), new Uint8Array(12), key)
    expect(memory.subarray(0, 8)).toEqual(new Uint8Array(8))
    expect(memory[32]).toBe(0)
    expect(memory.subarray(57)).toEqual(new Uint8Array(7))
  })
})
