/** No bytes from a swarm make the readers of spec 12 throw. */
import {
  arbitraryBytes,
  arbitraryBytesBetween,
  arbitraryMutation,
  DECODER_RUNS,
} from '@sotto/testkit/arbitraries'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountKeyOf, PUBLISHED_PAIRS, RECIPIENT, SENDER } from '../../test/session-v2-fixtures.ts'
import { decodeOutbox, encodeOutbox } from './keys/outbox.ts'
import { publicKeysOf } from './keys/key-pairs.ts'
import { openMessageV2 } from './messages/open-message.ts'
import { sealMessage, sealMessageWithoutSecrecy } from './messages/seal-message.ts'
import { decodeSignedContent, encodeSignedContent } from './messages/signed-content.ts'

const randomness = createSeededRandomness('session v2 property')
const ACCOUNT_KEYS = [accountKeyOf(PUBLISHED_PAIRS)]
/** Where a run opens seals or checks a signature, both of which are slow on the reference back end. */
const SEALED_RUNS = 150
const contents = arbitraryBytes(600)

describe('openMessageV2', () => {
  it('gives a refusal, never a throw, for random bytes of every length below the least', () => {
    fc.assert(
      fc.property(arbitraryBytesBetween(0, 400), fc.boolean(), (bytes, isPrefixed) => {
        if (isPrefixed) bytes.set([0, 2].slice(0, bytes.length))
        const opened = openMessageV2({ account: RECIPIENT, accountKeys: ACCOUNT_KEYS, bytes })
        expect(opened.ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses every mutation of a message', () => {
    const draft = { sender: SENDER, recipient: RECIPIENT.accountId, content: new Uint8Array(9) }
    const sealed = sealMessage(draft, publicKeysOf(PUBLISHED_PAIRS), randomness)
    if (!sealed.ok) throw sealed.error
    const original = sealed.value
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const isSame = bytes.every((byte, index) => byte === original[index])
        const opened = openMessageV2({ account: RECIPIENT, accountKeys: ACCOUNT_KEYS, bytes })
        // X25519 ignores the top bit of the ephemeral key, but the key derivation hashes it.
        expect(opened.ok).toBe(isSame)
      }),
      { numRuns: SEALED_RUNS },
    )
  })

  it('opens what either form sealed, for any content', () => {
    fc.assert(
      fc.property(contents, fc.boolean(), (content, isForwardSecret) => {
        const draft = { sender: SENDER, recipient: RECIPIENT.accountId, content }
        const sealed = isForwardSecret
          ? sealMessage(draft, publicKeysOf(PUBLISHED_PAIRS), randomness)
          : sealMessageWithoutSecrecy(draft, randomness)
        if (!sealed.ok) throw sealed.error
        expect(sealed.value.length % 256).toBe(0)
        const bytes = sealed.value
        expect(
          openMessageV2({ account: RECIPIENT, accountKeys: ACCOUNT_KEYS, bytes }),
        ).toMatchObject({ ok: true, value: { content, isForwardSecret } })
      }),
      { numRuns: SEALED_RUNS },
    )
  })
})

describe('decodeSignedContent', () => {
  const draft = { sender: SENDER, recipient: RECIPIENT.accountId, content: new Uint8Array(20) }
  const original = encodeSignedContent(draft)

  it('gives a refusal, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        expect(decodeSignedContent(RECIPIENT.accountId, bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses every cut and every mutation of its frame', () => {
    fc.assert(
      fc.property(fc.nat({ max: original.length - 1 }), (end) => {
        expect(decodeSignedContent(RECIPIENT.accountId, original.subarray(0, end)).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses every mutation of what was signed', () => {
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const isSame = bytes.every((byte, index) => byte === original[index])
        expect(decodeSignedContent(RECIPIENT.accountId, bytes).ok).toBe(isSame)
      }),
      { numRuns: SEALED_RUNS },
    )
  })
})

describe('decodeOutbox', () => {
  const extras = { issuedAtSeconds: 1_777_777_777, features: 1 }
  const keys = { ...publicKeysOf(PUBLISHED_PAIRS), ...extras }
  const original = encodeOutbox(RECIPIENT, keys, randomness)

  it('gives a refusal, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        expect(decodeOutbox(RECIPIENT.accountId, bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('refuses every mutation of an outbox message', () => {
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const isSame = bytes.every((byte, index) => byte === original[index])
        expect(decodeOutbox(RECIPIENT.accountId, bytes).ok).toBe(isSame)
      }),
      { numRuns: SEALED_RUNS },
    )
  })
})
