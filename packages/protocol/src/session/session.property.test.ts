/** No bytes from a swarm make the readers of spec 05 throw. */
import { create } from '@bufbuild/protobuf'
import { deriveAccount } from '@sotto/crypto/identity'
import { padContent, sealToAccount } from '@sotto/crypto/session'
import { arbitraryBytes, arbitraryMutation, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  composeMessage,
  ContentSchema,
  createMessageContent,
  decodeEnvelope,
  decodeProtobuf,
  encodeEnvelope,
  encodeProtobuf,
  openMessage,
  readAction,
  readTimer,
  TEXT_MAX_CODE_POINTS,
} from './index.ts'

const randomness = createSeededRandomness('session.property')
const alice = deriveAccount(new Uint8Array(16).fill(1))
const bob = deriveAccount(new Uint8Array(16).fill(2))
const SENT_AT_MS = 1_767_225_600_000
/** Opening a seal takes a scalar multiplication each time, slow on the reference back end. */
const SEALED_RUNS = 200

const original = encodeProtobuf(
  ContentSchema,
  create(ContentSchema, {
    sigTimestamp: BigInt(SENT_AT_MS),
    expirationTimer: 60,
    dataMessage: {
      body: 'hello',
      profile: { displayName: 'Alice' },
      quote: { id: 1n, author: alice.accountId },
      attachments: [{ id: 0n, url: 'http://example.org/1' }],
    },
    callMessage: { type: 4, uuid: 'u', sdpMLineIndexes: [0, 1] },
  }),
)

describe('decodeProtobuf', () => {
  it('gives a refusal, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        const content = decodeProtobuf(ContentSchema, bytes)
        if (!content.ok) expect(content.error.code).toBe('session_malformed')
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('survives every small change of a content, and what it gives can be written', () => {
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const content = decodeProtobuf(ContentSchema, bytes)
        if (content.ok) encodeProtobuf(ContentSchema, content.value)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('decodeEnvelope', () => {
  it('gives a refusal, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        expect(decodeEnvelope(bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('survives every small change of an envelope', () => {
    const sealed = new Uint8Array(20).fill(7)
    const envelope = encodeEnvelope({
      timestampMs: SENT_AT_MS,
      sealed,
      proSignature: new Uint8Array(64),
    })
    if (!envelope.ok) throw envelope.error
    fc.assert(
      fc.property(arbitraryMutation(envelope.value), (bytes) => {
        const decoded = decodeEnvelope(bytes)
        if (decoded.ok) expect(decoded.value.timestampMs).toBeGreaterThanOrEqual(0)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('readAction', () => {
  it('gives an action or a refusal, never a throw, for whatever a content can say', () => {
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const content = decodeProtobuf(ContentSchema, bytes)
        if (!content.ok) return
        const { mode, seconds } = readTimer(content.value)
        expect(mode === 'off').toBe(seconds === 0)
        const action = readAction(content.value, alice.accountId)
        if (!action.ok) expect(action.error.code).toMatch(/^session_/)
        else if (action.value.kind === 'message')
          expect(action.value.text.length).toBeLessThanOrEqual(2 * TEXT_MAX_CODE_POINTS)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('openMessage', () => {
  it('gives a refusal, never a throw, for random bytes', () => {
    fc.assert(
      fc.property(arbitraryBytes(), (bytes) => {
        expect(openMessage({ account: bob, bytes }).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('gives a refusal, never a throw, for random bytes that were properly sealed', () => {
    fc.assert(
      fc.property(arbitraryBytes(64), (bytes) => {
        const input = { sender: alice, recipient: bob.accountId, message: padContent(bytes) }
        const sealed = sealToAccount(input, randomness)
        const envelope = encodeEnvelope({ timestampMs: SENT_AT_MS, sealed })
        if (!envelope.ok) throw envelope.error
        const opened = openMessage({ account: bob, bytes: envelope.value })
        if (!opened.ok) expect(opened.error.code).toMatch(/^session_/)
      }),
      { numRuns: SEALED_RUNS },
    )
  })

  it('opens what composeMessage made, for any text that may be sent', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 500 })
    fc.assert(
      fc.property(text, (body) => {
        const content = createMessageContent({ text: body })
        fc.pre(content.ok)
        if (!content.ok) return
        const message = composeMessage(
          { content: content.value, sender: alice, recipient: bob.accountId, sentAtMs: SENT_AT_MS },
          randomness,
        )
        if (!message.ok) throw message.error
        expect(openMessage({ account: bob, bytes: message.value })).toMatchObject({
          ok: true,
          value: { kind: 'text', text: body },
        })
      }),
      { numRuns: SEALED_RUNS },
    )
  })
})

describe('createMessageContent', () => {
  it('refuses exactly the empty and the too long, whatever the characters', () => {
    const text = fc.string({ unit: 'binary', maxLength: 2 * TEXT_MAX_CODE_POINTS, size: 'max' })
    fc.assert(
      fc.property(text, (body) => {
        const length = Array.from(body).length
        const isFine = length > 0 && length <= TEXT_MAX_CODE_POINTS
        expect(createMessageContent({ text: body }).ok).toBe(isFine)
      }),
      { numRuns: SEALED_RUNS },
    )
  })
})
