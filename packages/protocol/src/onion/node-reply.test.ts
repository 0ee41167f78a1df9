/** Replies of nodes: what is sealed, and what a client accepts. */
import { decodeBase64, decodeUtf8, encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { type HopKey, openHop, sealHop } from '@sotto/crypto/onion'
import { describe, expect, it } from 'vitest'
import { CIPHERS, createTestRandomness } from '../../test/onion-fixtures.ts'
import {
  type NodeReply,
  decodeNodeReply,
  encodeNodeReply,
  encodeOnionFailure,
  formatNodeNotReady,
  openOnionReply,
} from './index.ts'

const randomness = createTestRandomness('reply')
const hopKey: HopKey = { cipher: 'xchacha20', key: randomness.bytes(32) }
const REPLY: NodeReply = { status: 200, body: { messages: [], t: 1_760_000_000_000 } }

function openText(bytes: Uint8Array, isBase64: boolean): string | undefined {
  const ciphertext = isBase64 ? decodeBase64(decodeUtf8(bytes) ?? '') : bytes
  const plaintext = ciphertext === undefined ? undefined : openHop(hopKey, ciphertext)
  return plaintext === undefined ? undefined : decodeUtf8(plaintext)
}

function sealText(text: string): Uint8Array {
  return sealHop(hopKey, encodeUtf8(text), randomness)
}

describe('encodeNodeReply', () => {
  it('encodes the body twice: JSON text as a JSON string (trap 4)', () => {
    const bytes = encodeNodeReply(REPLY, { hopKey, json: false, base64: true }, randomness)
    expect(openText(bytes, true)).toBe(
      '{"status":200,"body":"{\\"messages\\":[],\\"t\\":1760000000000}"}',
    )
  })

  it('embeds the body when the client asked for JSON (trap 4)', () => {
    const bytes = encodeNodeReply(REPLY, { hopKey, json: true, base64: true }, randomness)
    expect(openText(bytes, true)).toBe('{"status":200,"body":{"messages":[],"t":1760000000000}}')
  })

  it('keeps a text a text even when the client asked for JSON', () => {
    const form = { hopKey, json: true, base64: true }
    const bytes = encodeNodeReply({ status: 404, body: 'no' }, form, randomness)
    expect(openText(bytes, true)).toBe('{"status":404,"body":"no"}')
  })

  it('answers in raw bytes when the client asked for them (trap 4)', () => {
    const bytes = encodeNodeReply(REPLY, { hopKey, json: true, base64: false }, randomness)
    expect(openText(bytes, false)).toContain('"status":200')
  })

  it('keeps exact numbers beyond doubles exact (trap 35)', () => {
    const body = { swarm_id: JSON.rawJSON('9223372036854775807') }
    const text = encodeNodeReply(
      { status: 200, body },
      { hopKey, json: false, base64: true },
      randomness,
    )
    expect(openText(text, true)).toContain('\\"swarm_id\\":9223372036854775807')
  })

  it('seals the same reply differently each time', () => {
    const form = { hopKey, json: false, base64: true }
    const replies = [1, 2, 3].map(() => decodeUtf8(encodeNodeReply(REPLY, form, randomness)))
    expect(new Set(replies).size).toBe(3)
  })
})

describe('decodeNodeReply', () => {
  it.each(
    CIPHERS.flatMap((cipher) =>
      [true, false].flatMap((json) =>
        [true, false].map((base64) => ({ cipher, json, base64 }) as const),
      ),
    ),
  )('opens what a node seals: %j', ({ cipher, json, base64 }) => {
    const key = { cipher, key: randomness.bytes(32) }
    const bytes = encodeNodeReply(REPLY, { hopKey: key, json, base64 }, randomness)
    const body = json ? REPLY.body : JSON.stringify(REPLY.body)
    expect(decodeNodeReply(bytes, key)).toEqual({ ok: true, value: { status: 200, body } })
  })

  it('takes text and bytes of the text alike, and white space around it', () => {
    const text = encodeBase64(sealText('{"status":200,"body":"x"}'))
    const expected = { ok: true, value: { status: 200, body: 'x' } }
    expect(decodeNodeReply(text, hopKey)).toEqual(expected)
    expect(decodeNodeReply(` ${text}\n`, hopKey)).toEqual(expected)
    expect(decodeNodeReply(encodeUtf8(text), hopKey)).toEqual(expected)
  })

  it('takes status_code for status and a ciphertext inside JSON, as older software sends them', () => {
    const result = encodeBase64(sealText('{"status_code":406,"body":"clock"}'))
    expect(decodeNodeReply(JSON.stringify({ result }), hopKey)).toEqual({
      ok: true,
      value: { status: 406, body: 'clock' },
    })
  })

  it('refuses a reply with one changed byte', () => {
    const sealed = sealText('{"status":200,"body":"x"}')
    for (let index = 0; index < sealed.length; index++) {
      const changed = Uint8Array.from(sealed)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(decodeNodeReply(changed, hopKey)).toMatchObject({
        ok: false,
        error: { code: 'onion_reply_unopened' },
      })
    }
  })

  it('tells an unopened reply from a malformed one, because only the first may be a relay’s doing', () => {
    expect(decodeNodeReply(sealText('{}'), hopKey)).toMatchObject({
      error: { code: 'onion_reply_malformed' },
    })
    expect(decodeNodeReply('Request time out', hopKey)).toMatchObject({
      error: { code: 'onion_reply_unopened' },
    })
  })

  it('never shows what it could not read', () => {
    const refused = decodeNodeReply(sealText('{"secret":"secret"}'), hopKey)
    expect(refused.ok ? '' : refused.error.message).not.toContain('secret')
  })
})

describe('openOnionReply', () => {
  it('opens raw bytes that are no text, as hosts answer', () => {
    const sealed = sealHop(hopKey, Uint8Array.of(0, 255, 1), randomness)
    expect(openOnionReply(sealed, hopKey)).toEqual({ ok: true, value: Uint8Array.of(0, 255, 1) })
  })
})

describe('encodeOnionFailure', () => {
  it('says that a node is not ready: in the clear as a relay, sealed as the destination', () => {
    const relay = encodeOnionFailure(formatNodeNotReady('ab'), randomness)
    expect([relay.status, decodeUtf8(relay.body)]).toEqual([503, 'Snode not ready: ab'])
    const destination = encodeOnionFailure(formatNodeNotReady(hopKey), randomness)
    expect(destination.status).toBe(200)
    expect(decodeNodeReply(destination.body, hopKey)).toEqual({
      ok: true,
      value: { status: 503, body: 'Snode not ready' },
    })
  })
})
