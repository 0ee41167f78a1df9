/** Layers and replies fed with bytes that nobody sealed. */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import type { HopKey } from '@sotto/crypto/onion'
import {
  DECODER_RUNS,
  arbitraryBytes,
  arbitraryMutation,
  arbitraryText,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  CIPHERS,
  createPath,
  createTestRandomness,
  sealForeignLayer,
} from '../../test/onion-fixtures.ts'
import {
  buildOnion,
  combinePayload,
  decodeNodeReply,
  parseNextNodeNotFound,
  peelLayer,
} from './index.ts'

const randomness = createTestRandomness('property')
const [node, destination] = createPath(2, randomness)
if (node === undefined || destination === undefined) throw new Error('no nodes')
const { agreement } = node

/** Where each run costs a key agreement, which takes milliseconds on the slower back end. */
const AGREEMENT_RUNS = 200

describe('peelLayer', () => {
  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(200), (body) => {
        expect(peelLayer({ agreement, body }).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers random outer JSON with a refusal, never a throw', () => {
    fc.assert(
      fc.property(
        arbitraryBytes(40),
        fc.record(
          {
            ephemeral_key: fc.oneof(fc.jsonValue(), fc.constant('zz'.repeat(32))),
            enc_type: fc.oneof(fc.jsonValue(), fc.constantFrom('aes-gcm', 'xchacha20')),
            hop_no: fc.jsonValue(),
          },
          { requiredKeys: [] },
        ),
        (blob, json) => {
          const peeled = peelLayer({ agreement, body: combinePayload(blob, json) })
          expect(peeled).toMatchObject({ ok: false, error: { status: 400, encrypted: false } })
        },
      ),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers every change of a sealed layer with a refusal, never a throw', () => {
    const request = {
      hops: [node],
      destination: { kind: 'node', ...destination },
      payload: 'x',
      cipher: 'xchacha20',
    } as const
    const { guardBody } = buildOnion(request, randomness)
    const ciphertextEnd =
      guardBody.length - '{"ephemeral_key":"","enc_type":"xchacha20"}'.length - 64
    fc.assert(
      fc.property(arbitraryMutation(guardBody.subarray(0, ciphertextEnd)), (changed) => {
        const body = Uint8Array.from(guardBody)
        body.set(changed)
        const isSame = changed.every((byte, index) => byte === guardBody[index])
        expect(peelLayer({ agreement, body }).ok).toBe(isSame)
      }),
      { numRuns: AGREEMENT_RUNS },
    )
  })

  it('answers any opened bytes with a layer or a sealed refusal, never a throw', () => {
    fc.assert(
      fc.property(fc.constantFrom(...CIPHERS), arbitraryBytes(100), (cipher, plaintext) => {
        const { body } = sealForeignLayer(node, { plaintext, cipher }, randomness)
        const peeled = peelLayer({ agreement, body })
        if (!peeled.ok) expect(peeled.error.encrypted).toBe(true)
      }),
      { numRuns: AGREEMENT_RUNS },
    )
  })

  it('answers any inner JSON with a layer or a sealed refusal, never a throw', () => {
    const hex = fc.constant(encodeHex(destination.ed25519))
    const inner = fc.record(
      {
        destination: fc.oneof(hex, fc.jsonValue()),
        ephemeral_key: fc.oneof(hex, fc.jsonValue()),
        enc_type: fc.jsonValue(),
        host: fc.oneof(fc.domain(), fc.jsonValue()),
        target: fc.oneof(fc.constant('/loki/v3/lsrpc'), fc.jsonValue()),
        port: fc.oneof(fc.nat(), fc.jsonValue()),
        protocol: fc.jsonValue(),
        headers: fc.jsonValue(),
        json: fc.jsonValue(),
        base64: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(inner, (json) => {
        const plaintext = combinePayload(encodeUtf8('x'), json)
        const { body } = sealForeignLayer(node, { plaintext }, randomness)
        const peeled = peelLayer({ agreement, body })
        if (!peeled.ok) expect(peeled.error.encrypted).toBe(true)
        if ('headers' in json) expect(peeled).toMatchObject({ value: { kind: 'final' } })
      }),
      { numRuns: AGREEMENT_RUNS },
    )
  })
})

describe('decodeNodeReply', () => {
  const hopKey: HopKey = { cipher: 'xchacha20', key: randomness.bytes(32) }

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(150), (reply) => {
        expect(decodeNodeReply(reply, hopKey).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers random text and random JSON with a refusal, never a throw', () => {
    const text = fc.oneof(arbitraryText(60), fc.base64String(), fc.json())
    fc.assert(
      fc.property(text, (reply) => {
        expect(decodeNodeReply(reply, hopKey).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers random bytes under AES-CBC, which has no tag, with a refusal, never a throw', () => {
    const cbc: HopKey = { cipher: 'aes-cbc', key: randomness.bytes(32) }
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 32, maxLength: 96 }), (reply) => {
        expect(decodeNodeReply(reply, cbc).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('parseNextNodeNotFound', () => {
  it('answers random text with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryText(100), (text) => {
        expect(parseNextNodeNotFound(text)).toBeUndefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
