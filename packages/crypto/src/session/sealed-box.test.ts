import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { DECODER_RUNS, arbitraryBytesBetween, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { backend } from '../backend/index.ts'
import { concatBytes, encodeUtf8 } from '../bytes.ts'
import { accountIdPublicKey, createAccountSeed, deriveAccount } from '../identity/index.ts'
import type { AccountId } from '../identity/index.ts'
import { verify } from '../signing.ts'
import { openSealed, sealDeterministic, sealToAccount } from './index.ts'

const randomness = createSeededRandomness('sealed boxes')
const alice = deriveAccount(createAccountSeed(randomness))
const bob = deriveAccount(createAccountSeed(randomness))
const carol = deriveAccount(createAccountSeed(randomness))
const message = encodeUtf8('hello bob')
const OVERHEAD_BYTES = 144

const input = { sender: alice, recipient: bob.accountId, message }

describe('sealToAccount', () => {
  test('it lets the recipient read the message and know its sender', () => {
    expect(openSealed({ account: bob, ciphertext: sealToAccount(input, randomness) })).toEqual({
      ok: true,
      value: {
        sender: alice.accountId,
        senderSigningKey: alice.signing.publicKey,
        message,
      },
    })
  })

  test('it lets nobody else read it, the sender included: who seized her keys cannot read back', () => {
    const ciphertext = sealToAccount(input, randomness)
    for (const account of [alice, carol]) {
      const opened = openSealed({ account, ciphertext })
      expect(opened.ok ? undefined : opened.error.code).toBe('seal_unopened')
    }
  })

  test('it makes two seals of one message that have no byte string in common', () => {
    const [a, b] = [sealToAccount(input, randomness), sealToAccount(input, randomness)]
    expect(a.length).toBe(b.length)
    for (let offset = 0; offset + 8 <= a.length; offset += 8) {
      expect(a.subarray(offset, offset + 8)).not.toEqual(b.subarray(offset, offset + 8))
    }
  })

  test('it names neither sender nor recipient in the ciphertext', () => {
    const ciphertext = sealToAccount(input, randomness)
    for (const key of [
      alice.signing.publicKey,
      alice.agreement.publicKey,
      bob.agreement.publicKey,
    ]) {
      expect(findBytes(ciphertext, key.subarray(0, 8))).toBe(false)
    }
  })

  test('it adds 144 bytes to any message', () => {
    for (const length of [1, 159, 160, 10_000]) {
      const long = { ...input, message: new Uint8Array(length) }
      expect(sealToAccount(long, randomness)).toHaveLength(length + OVERHEAD_BYTES)
    }
  })

  test('it leaves keys and message as they were', () => {
    const before = [...alice.signing.seed, ...alice.agreement.secretKey, ...message]
    sealToAccount(input, randomness)
    sealDeterministic(input)
    expect([...alice.signing.seed, ...alice.agreement.secretKey, ...message]).toEqual(before)
  })

  test('it throws for an id that was never parsed, instead of sealing to everyone', () => {
    const recipient = `05${'00'.repeat(32)}` as AccountId
    expect(() => sealToAccount({ ...input, recipient }, randomness)).toThrow(TypeError)
  })
})

describe('the signature inside', () => {
  test('it covers message, sender key and the recipient’s 32 bytes, without 05 (trap 12)', () => {
    const plaintext = openRaw(sealDeterministic(input))
    const end = message.length
    const signed = concatBytes([message, alice.signing.publicKey, bob.agreement.publicKey])
    expect(plaintext.subarray(end, end + 32)).toEqual(Uint8Array.from(alice.signing.publicKey))
    const signature = plaintext.subarray(end + 32)
    expect(verify({ publicKey: alice.signing.publicKey, message: signed, signature })).toBe(true)
  })

  test('it stops a recipient from sealing the message anew to someone else (trap 12)', () => {
    const plaintext = openRaw(sealDeterministic(input))
    const opened = openSealed({ account: carol, ciphertext: sealRaw(plaintext, carol.accountId) })
    expect(opened.ok ? undefined : opened.error.code).toBe('seal_signature')
  })

  test('it stops anyone from putting another sender’s key in front of a signature', () => {
    const plaintext = openRaw(sealDeterministic(input))
    plaintext.set(carol.signing.publicKey, message.length)
    const opened = openSealed({ account: bob, ciphertext: sealRaw(plaintext, bob.accountId) })
    expect(opened.ok ? undefined : opened.error.code).toBe('seal_signature')
  })
})

describe('sealDeterministic', () => {
  test('it gives equal bytes for equal input, so that devices of one account store one message', () => {
    expect(sealDeterministic(input)).toEqual(sealDeterministic(input))
  })

  test('it gives unrelated bytes as soon as sender, recipient or message differ', () => {
    const first = sealDeterministic(input).subarray(0, 32)
    const others = [
      { ...input, sender: carol },
      { ...input, recipient: carol.accountId },
      { ...input, message: encodeUtf8('hello Bob') },
    ]
    for (const other of others) expect(sealDeterministic(other).subarray(0, 32)).not.toEqual(first)
  })
})

describe('bytes from outside', () => {
  /**
   * Above the least length noble does an agreement of up to a millisecond; native takes it for
   * all runs.
   */
  const longest = backend.name === 'native' ? 400 : 150

  test('it gives a refusal, never a throw, for any bytes', () => {
    fc.assert(
      fc.property(arbitraryBytesBetween(0, longest), (ciphertext) => {
        if (openSealed({ account: bob, ciphertext }).ok) expect.fail('opened random bytes')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  test('it refuses any mutation of a sealed message', () => {
    const ciphertext = sealDeterministic(input)
    fc.assert(
      fc.property(arbitraryMutation(ciphertext), (mutated) => {
        const unchanged = mutated.every((byte, index) => byte === ciphertext[index])
        // X25519 ignores the top bit of the ephemeral key, but the nonce hashes it: still
        // refused.
        expect(openSealed({ account: bob, ciphertext: mutated }).ok).toBe(unchanged)
      }),
      { numRuns: 300 },
    )
  })

  test('it refuses any altered content that was sealed correctly', () => {
    const plaintext = openRaw(sealDeterministic(input))
    fc.assert(
      fc.property(arbitraryMutation(plaintext), (mutated) => {
        const unchanged = mutated.every((byte, index) => byte === plaintext[index])
        const opened = openSealed({ account: bob, ciphertext: sealRaw(mutated, bob.accountId) })
        expect(opened.ok).toBe(unchanged)
      }),
      { numRuns: 150 },
    )
  })
})

/** What a hostile recipient sees: the plaintext with its trailer. */
function openRaw(ciphertext: Uint8Array): Uint8Array {
  const output = new Uint8Array(ciphertext.length - 48)
  const ephemeralKey = ciphertext.subarray(0, 32)
  const nonce = boxNonce(ephemeralKey, bob.agreement.publicKey)
  const keys = { publicKey: ephemeralKey, secretKey: bob.agreement.secretKey }
  if (!backend.openBox(output, ciphertext.subarray(32), nonce, keys)) {
    throw new TypeError('bob opens what is sealed to him')
  }
  return output
}

/** What a hostile sender can do: seal any plaintext. */
function sealRaw(plaintext: Uint8Array, recipient: AccountId): Uint8Array {
  const publicKey = accountIdPublicKey(recipient)
  const secretKey = new Uint8Array(32).fill(5)
  const output = new Uint8Array(plaintext.length + 48)
  output.set(backend.deriveX25519PublicKey(secretKey))
  const nonce = boxNonce(output.subarray(0, 32), publicKey)
  backend.sealBox(output.subarray(32), plaintext, nonce, { publicKey, secretKey })
  return output
}

function boxNonce(ephemeralKey: Uint8Array, recipientKey: Uint8Array): Uint8Array {
  return backend.blake2b(concatBytes([ephemeralKey, recipientKey]), { length: 24 })
}

function findBytes(haystack: Uint8Array, needle: Uint8Array): boolean {
  for (let offset = 0; offset + needle.length <= haystack.length; offset++) {
    if (needle.every((byte, index) => haystack[offset + index] === byte)) return true
  }
  return false
}
