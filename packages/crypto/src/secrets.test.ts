/**
 * Secrets that are made for one use are overwritten after it, as far as JavaScript can. Threat
 * model, "thief of a device": finds in memory what is in use, and not every ephemeral key of
 * the last hour.
 */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import { createAgreementKeyPair, toX25519PublicKey } from './agreement.ts'
import { encodeUtf8 } from './bytes.ts'
import { deriveAccount } from './identity/index.ts'
import { deriveKemKeyPair, encapsulate } from './kem.ts'
import { deriveHopKey, sealHop } from './onion/index.ts'
import type { Randomness } from './randomness.ts'
import { openSealed, sealToAccount } from './session/index.ts'
import { xed25519Sign } from './signing.ts'

const alice = deriveAccount(new Uint8Array(16).fill(1))
const bob = deriveAccount(new Uint8Array(16).fill(2))
const message = encodeUtf8('message')

/** Remembers everything that it gave out, so that a test can look at it later. */
function recordRandomness(): Randomness & { readonly given: Uint8Array[] } {
  const source = createSeededRandomness('recorded')
  const given: Uint8Array[] = []
  return {
    given,
    bytes(length) {
      const bytes = source.bytes(length)
      given.push(bytes)
      return bytes
    },
  }
}

describe('ephemeral secrets', () => {
  test('it wipes the ephemeral secret of a sealed message, which would open it', () => {
    const randomness = recordRandomness()
    sealToAccount({ sender: alice, recipient: bob.accountId, message }, randomness)
    expect(randomness.given).toEqual([new Uint8Array(32)])
  })

  test('it wipes the random part of an XEd25519 nonce, which would give the key away', () => {
    const randomness = recordRandomness()
    xed25519Sign(alice.agreement.secretKey, message, randomness)
    expect(randomness.given).toEqual([new Uint8Array(64)])
  })

  test('it wipes the random bytes of an encapsulation, which its secret is a hash of', () => {
    const randomness = recordRandomness()
    encapsulate(deriveKemKeyPair(new Uint8Array(64).fill(3)).publicKey, randomness)
    expect(randomness.given).toEqual([new Uint8Array(32)])
  })

  test('it keeps a key pair that is the caller’s, who derives the reply’s key from it', () => {
    const randomness = recordRandomness()
    const own = createAgreementKeyPair(randomness)
    const before = Uint8Array.from(own.secretKey)
    const peer = toX25519PublicKey(bob.agreement.publicKey)
    if (peer === undefined) throw new TypeError('32 bytes are a key')
    const hopKey = deriveHopKey({ cipher: 'xchacha20', side: 'client', own, peer })
    if (hopKey === undefined) throw new TypeError('honest keys agree')
    const key = Uint8Array.from(hopKey.key)
    sealHop(hopKey, message, randomness)
    expect(own.secretKey).toEqual(before)
    expect(hopKey.key).toEqual(key)
  })

  test('it leaves the accounts of sender and recipient usable', () => {
    const randomness = createSeededRandomness('usable')
    for (let turn = 0; turn < 3; turn++) {
      const ciphertext = sealToAccount(
        { sender: alice, recipient: bob.accountId, message },
        randomness,
      )
      expect(openSealed({ account: bob, ciphertext })).toMatchObject({ ok: true })
    }
  })
})

describe('what is asked of the random source', () => {
  test.each([
    ['xchacha20', 24],
    ['aes-gcm', 12],
    ['aes-cbc', 16],
  ] as const)(
    'it takes a whole nonce for %s, of %d bytes, and sends it in front',
    (cipher, length) => {
      const randomness = recordRandomness()
      const sealed = sealHop({ cipher, key: new Uint8Array(32).fill(3) }, message, randomness)
      expect(randomness.given.map((bytes) => bytes.length)).toEqual([length])
      expect(sealed.subarray(0, length)).toEqual(randomness.given[0])
    },
  )
})
