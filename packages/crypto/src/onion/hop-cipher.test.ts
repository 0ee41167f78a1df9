import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { agree, createAgreementKeyPair } from '../agreement.ts'
import { concatBytes, encodeUtf8 } from '../bytes.ts'
import { blake2b, hmacSha256 } from '../hash.ts'
import type { HopKey, OnionCipher } from './index.ts'
import { deriveHopKey, openHop, parseOnionCipher, sealHop } from './index.ts'

const randomness = createSeededRandomness('hops')
const client = createAgreementKeyPair(randomness)
const node = createAgreementKeyPair(randomness)
const CIPHERS: readonly OnionCipher[] = ['xchacha20', 'aes-gcm', 'aes-cbc']
const AUTHENTICATED: readonly OnionCipher[] = ['xchacha20', 'aes-gcm']

function keyOf(cipher: OnionCipher): HopKey {
  const hopKey = deriveHopKey({ cipher, side: 'client', own: client, peer: node.publicKey })
  if (hopKey === undefined) throw new TypeError('honest keys agree')
  return hopKey
}

describe('deriveHopKey', () => {
  test.each(CIPHERS)('it gives client and node one %s key', (cipher) => {
    const ofNode = deriveHopKey({ cipher, side: 'node', own: node, peer: client.publicKey })
    expect(ofNode).toEqual(keyOf(cipher))
  })

  test('it uses "LOKI" as the HMAC’s key and the secret as its message for AES-GCM (trap 5)', () => {
    const shared = agree(client.secretKey, node.publicKey) ?? new Uint8Array()
    expect(keyOf('aes-gcm').key).toEqual(hmacSha256(encodeUtf8('LOKI'), shared))
    expect(keyOf('aes-gcm').key).not.toEqual(hmacSha256(shared, encodeUtf8('LOKI')))
  })

  test('it hashes the client’s key before the node’s for XChaCha20, on both sides (trap 5)', () => {
    const shared = agree(client.secretKey, node.publicKey) ?? new Uint8Array()
    const input = concatBytes([shared, client.publicKey, node.publicKey])
    expect(keyOf('xchacha20').key).toEqual(blake2b(input, { length: 32 }))
  })

  test('it leaves both key pairs as they were', () => {
    const before = Uint8Array.from(client.secretKey)
    keyOf('xchacha20')
    keyOf('aes-cbc')
    expect(client.secretKey).toEqual(before)
  })
})

describe('sealHop and openHop', () => {
  test.each(CIPHERS)('it opens what it sealed with %s, for sizes around blocks', (cipher) => {
    const hopKey = keyOf(cipher)
    for (const length of [0, 1, 15, 16, 17, 31, 32, 33, 1024, 76_800]) {
      const plaintext = randomness.bytes(length)
      expect(openHop(hopKey, sealHop(hopKey, plaintext, randomness))).toEqual(plaintext)
    }
  })

  test.each([
    ['aes-cbc', 29],
    ['aes-gcm', 28],
    ['xchacha20', 40],
  ] as const)(
    'it adds with %s to 19 bytes exactly %d, as other implementations do',
    (cipher, overhead) => {
      expect(sealHop(keyOf(cipher), new Uint8Array(19), randomness)).toHaveLength(19 + overhead)
    },
  )

  test.each(CIPHERS)(
    'it seals with another nonce each time: equal requests look different (%s)',
    (cipher) => {
      const hopKey = keyOf(cipher)
      const first = sealHop(hopKey, new Uint8Array(100), randomness)
      expect(sealHop(hopKey, new Uint8Array(100), randomness)).not.toEqual(first)
    },
  )

  test.each(CIPHERS)('it opens nothing with the key of another cipher (%s)', (cipher) => {
    const sealed = sealHop(keyOf(cipher), encodeUtf8('secret'), randomness)
    for (const other of CIPHERS.filter((name) => name !== cipher)) {
      expect(openHop(keyOf(other), sealed)).not.toEqual(encodeUtf8('secret'))
    }
  })

  test.each(AUTHENTICATED)('it refuses every single changed byte with %s', (cipher) => {
    const hopKey = keyOf(cipher)
    const sealed = sealHop(hopKey, encodeUtf8('secret'), randomness)
    for (let index = 0; index < sealed.length; index++) {
      const changed = Uint8Array.from(sealed)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(openHop(hopKey, changed)).toBeUndefined()
    }
  })

  test.each(CIPHERS)('it works on views into larger memory with %s', (cipher) => {
    const hopKey = keyOf(cipher)
    const memory = concatBytes([new Uint8Array(5), encodeUtf8('secret'), new Uint8Array(5)])
    const sealed = sealHop(hopKey, memory.subarray(5, 11), randomness)
    const received = concatBytes([new Uint8Array(3), sealed, new Uint8Array(3)])
    expect(openHop(hopKey, received.subarray(3, 3 + sealed.length))).toEqual(encodeUtf8('secret'))
  })
})

describe('bytes from outside', () => {
  test.each(CIPHERS)(
    'it gives a refusal, never a throw, for any bytes as %s ciphertext',
    (cipher) => {
      const hopKey = keyOf(cipher)
      fc.assert(
        fc.property(arbitraryBytes(120), (bytes) => {
          const opened = openHop(hopKey, bytes)
          // Without a tag, random blocks open now and then; AES-CBC is kept for old peers only.
          if (opened !== undefined && cipher !== 'aes-cbc') expect.fail('opened random bytes')
        }),
        { numRuns: DECODER_RUNS },
      )
    },
  )

  test.each(AUTHENTICATED)('it refuses any mutation of a %s ciphertext', (cipher) => {
    const hopKey = keyOf(cipher)
    const sealed = sealHop(hopKey, encodeUtf8('a message of some length'), randomness)
    fc.assert(
      fc.property(arbitraryMutation(sealed), (mutated) => {
        // Two changes of one byte may cancel each other.
        const unchanged = mutated.every((byte, index) => byte === sealed[index])
        expect(openHop(hopKey, mutated) === undefined).toBe(!unchanged)
      }),
      { numRuns: 1_000 },
    )
  })

  test('it takes any text for a cipher’s name or for none, never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const cipher = parseOnionCipher(text)
        if (cipher !== undefined && !CIPHERS.includes(cipher)) expect.fail(text)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
