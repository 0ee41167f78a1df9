/**
 * The three ciphers of an onion layer written a second time from spec 04 §3, with OpenSSL and noble's bare HChaCha20
 * and BLAKE2b: each side opens what the other sealed, in both directions of a request.
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { hchacha } from '@noble/ciphers/chacha.js'
import { blake2b } from '@noble/hashes/blake2.js'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import {
  type AgreementKeyPair,
  type X25519PublicKey,
  deriveAgreementKeyPair,
  toX25519PublicKey,
} from '../src/agreement.ts'
import {
  type HopKey,
  type OnionCipher,
  deriveHopKey,
  openHop,
  parseOnionCipher,
  sealHop,
} from '../src/onion/index.ts'
import { agreeWithOpenssl } from './reference-keys.ts'

const CIPHERS: readonly OnionCipher[] = ['aes-gcm', 'aes-cbc', 'xchacha20']
/** The edges of AES's and ChaCha20's blocks, and about the largest request of a path. */
const SIZES = [0, 1, 15, 16, 17, 31, 32, 33, 63, 64, 65, 159, 160, 161, 102_400]
const CASES = CIPHERS.flatMap((cipher) => SIZES.map((size) => [cipher, size] as const))
const randomness = createSeededRandomness('independent hop cipher')
const client = deriveAgreementKeyPair(randomness.bytes(32))
const node = deriveAgreementKeyPair(randomness.bytes(32))

/** Spec 04 §3.2. Who derives needs a secret; which key is the client's does not depend on it. */
function deriveTheirs(cipher: OnionCipher, secret: Uint8Array, peer: Uint8Array): Buffer {
  const shared = agreeWithOpenssl(secret, peer)
  if (cipher === 'aes-cbc') return shared
  if (cipher === 'aes-gcm') return createHmac('sha256', 'LOKI').update(shared).digest()
  const input = Buffer.concat([shared, client.publicKey, node.publicKey])
  return Buffer.from(blake2b(input, { dkLen: 32 }))
}

/** OpenSSL's name of a cipher, and how it is keyed: XChaCha20 is ChaCha20 under a derived key. */
function prepare(cipher: OnionCipher, key: Buffer, nonce: Buffer): [Buffer, Buffer] {
  if (cipher !== 'xchacha20') return [key, nonce]
  const words = (bytes: Uint8Array): Uint32Array => new Uint32Array(Uint8Array.from(bytes).buffer)
  const subkey = new Uint32Array(8)
  const constant = words(Buffer.from('expand 32-byte k'))
  hchacha(constant, words(key), words(nonce.subarray(0, 16)), subkey)
  return [Buffer.from(subkey.buffer), Buffer.concat([Buffer.alloc(4), nonce.subarray(16)])]
}

const NONCE_BYTES = { 'aes-gcm': 12, 'aes-cbc': 16, xchacha20: 24 }

function sealTheirs(cipher: OnionCipher, key: Buffer, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES[cipher])
  const [subkey, iv] = prepare(cipher, key, nonce)
  if (cipher === 'aes-cbc') {
    const cbc = createCipheriv('aes-256-cbc', subkey, iv)
    return Buffer.concat([nonce, cbc.update(plaintext), cbc.final()])
  }
  const aead =
    cipher === 'aes-gcm'
      ? createCipheriv('aes-256-gcm', subkey, iv)
      : createCipheriv('chacha20-poly1305', subkey, iv, { authTagLength: 16 })
  return Buffer.concat([nonce, aead.update(plaintext), aead.final(), aead.getAuthTag()])
}

function openTheirs(cipher: OnionCipher, key: Buffer, sealed: Uint8Array): Buffer {
  const nonce = Buffer.from(sealed.subarray(0, NONCE_BYTES[cipher]))
  const rest = sealed.subarray(NONCE_BYTES[cipher])
  const [subkey, iv] = prepare(cipher, key, nonce)
  if (cipher === 'aes-cbc') {
    const cbc = createDecipheriv('aes-256-cbc', subkey, iv)
    return Buffer.concat([cbc.update(rest), cbc.final()])
  }
  const aead =
    cipher === 'aes-gcm'
      ? createDecipheriv('aes-256-gcm', subkey, iv)
      : createDecipheriv('chacha20-poly1305', subkey, iv, { authTagLength: 16 })
  aead.setAuthTag(rest.subarray(-16))
  return Buffer.concat([aead.update(rest.subarray(0, -16)), aead.final()])
}

function deriveOurs(
  cipher: OnionCipher,
  side: 'client' | 'node',
  keys: { readonly own: AgreementKeyPair; readonly peer: X25519PublicKey },
): HopKey {
  const hopKey = deriveHopKey({ cipher, side, ...keys })
  if (hopKey === undefined) throw new TypeError('a key of low order')
  return hopKey
}

function plaintextOf(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, index) => (index * 11) & 0xff)
}

describe('a layer of another implementation', () => {
  test.each(CASES)('it opens for our node: %s, %i bytes', (cipher, size) => {
    const theirs = deriveTheirs(cipher, client.secretKey, node.publicKey)
    const ours = deriveOurs(cipher, 'node', { own: node, peer: client.publicKey })
    const opened = openHop(ours, Uint8Array.from(sealTheirs(cipher, theirs, plaintextOf(size))))
    expect(opened && Buffer.from(opened).equals(plaintextOf(size))).toBe(true)
  })

  test.each(CASES)('it opens for our client as a reply: %s, %i bytes', (cipher, size) => {
    const theirs = deriveTheirs(cipher, node.secretKey, client.publicKey)
    const ours = deriveOurs(cipher, 'client', { own: client, peer: node.publicKey })
    const opened = openHop(ours, Uint8Array.from(sealTheirs(cipher, theirs, plaintextOf(size))))
    expect(opened && Buffer.from(opened).equals(plaintextOf(size))).toBe(true)
  })
})

describe('a layer of ours', () => {
  test.each(CASES)('it opens for another node and another client: %s, %i bytes', (cipher, size) => {
    const request = deriveOurs(cipher, 'client', { own: client, peer: node.publicKey })
    const reply = deriveOurs(cipher, 'node', { own: node, peer: client.publicKey })
    const atNode = deriveTheirs(cipher, node.secretKey, client.publicKey)
    const atClient = deriveTheirs(cipher, client.secretKey, node.publicKey)
    const plaintext = plaintextOf(size)
    expect(
      openTheirs(cipher, atNode, sealHop(request, plaintext, randomness)).equals(plaintext),
    ).toBe(true)
    expect(
      openTheirs(cipher, atClient, sealHop(reply, plaintext, randomness)).equals(plaintext),
    ).toBe(true)
  })

  /** Published sizes: 19 bytes grow by 29, 28 and 40. */
  test.each([
    ['aes-cbc', 29],
    ['aes-gcm', 28],
    ['xchacha20', 40],
  ] as const)('it has the published size with %s: %i bytes more than 19', (cipher, growth) => {
    const key = deriveOurs(cipher, 'client', { own: client, peer: node.publicKey })
    expect(sealHop(key, plaintextOf(19), randomness)).toHaveLength(19 + growth)
  })
})

describe('keys that a careless implementation would derive', () => {
  const plaintext = plaintextOf(48)
  const shared = agreeWithOpenssl(client.secretKey, node.publicKey)
  const keys = { own: node, peer: client.publicKey }

  test('it opens nothing under the HMAC with key and message exchanged, or none (trap 5)', () => {
    const exchanged = createHmac('sha256', shared).update('LOKI').digest()
    for (const key of [exchanged, shared]) {
      const sealed = Uint8Array.from(sealTheirs('aes-gcm', key, plaintext))
      expect(openHop(deriveOurs('aes-gcm', 'node', keys), sealed)).toBeUndefined()
    }
  })

  test('it opens nothing under keys hashed in the node’s order, or without one of them (trap 5)', () => {
    const orders = [
      [shared, node.publicKey, client.publicKey],
      [client.publicKey, node.publicKey, shared],
      [shared, client.publicKey],
      [shared],
    ]
    for (const order of orders) {
      const key = Buffer.from(blake2b(Buffer.concat(order), { dkLen: 32 }))
      const sealed = Uint8Array.from(sealTheirs('xchacha20', key, plaintext))
      expect(openHop(deriveOurs('xchacha20', 'node', keys), sealed)).toBeUndefined()
    }
  })

  test('it never opens one cipher’s layer as another’s, whose names a relay can exchange', () => {
    for (const [sealedWith, openedWith] of [
      ['aes-gcm', 'xchacha20'],
      ['xchacha20', 'aes-gcm'],
      ['aes-cbc', 'aes-gcm'],
      ['aes-cbc', 'xchacha20'],
    ] as const) {
      const key = deriveTheirs(sealedWith, client.secretKey, node.publicKey)
      const sealed = Uint8Array.from(sealTheirs(sealedWith, key, plaintext))
      expect(openHop(deriveOurs(openedWith, 'node', keys), sealed)).toBeUndefined()
    }
  })

  test('it derives nothing with a key of low order, whatever the cipher', () => {
    for (const cipher of CIPHERS) {
      for (const hex of ['00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`]) {
        const peer = toX25519PublicKey(Uint8Array.from(Buffer.from(hex, 'hex')))
        if (peer === undefined) throw new TypeError('a key has 32 bytes')
        expect(deriveHopKey({ cipher, side: 'node', own: node, peer })).toBeUndefined()
      }
    }
  })

  test('it knows the six names of the contract, in this spelling only', () => {
    const names = ['aes-gcm', 'gcm', 'aes-cbc', 'cbc', 'xchacha20', 'xchacha20-poly1305']
    const meant = ['aes-gcm', 'aes-gcm', 'aes-cbc', 'aes-cbc', 'xchacha20', 'xchacha20']
    expect(names.map((name) => parseOnionCipher(name))).toEqual(meant)
    for (const name of ['', 'AES-GCM', 'xchacha', 'aes_gcm', 'none', ' gcm', 'chacha20']) {
      expect(parseOnionCipher(name)).toBeUndefined()
    }
  })
})
