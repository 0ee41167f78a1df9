/** What a node makes of a layer, beyond the vector file. */
import { decodeUtf8, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import type { Result } from '@sotto/crypto/result'
import { describe, expect, it } from 'vitest'
import { createPath, createTestRandomness, sealForeignLayer } from '../../test/onion-fixtures.ts'
import {
  HOP_NUMBER_MAX,
  type OnionFailure,
  type PeeledLayer,
  combinePayload,
  decodeNodeReply,
  encodeOnionFailure,
  peelLayer,
  splitPayload,
} from './index.ts'

const randomness = createTestRandomness('peel')
const [node, next] = createPath(2, randomness)
if (node === undefined || next === undefined) throw new Error('no nodes')

const RELAY = {
  destination: encodeHex(next.ed25519),
  ephemeral_key: encodeHex(next.x25519),
}
const BLOB = encodeUtf8('{"method":"info","params":{}}')

function peel(inner: object, outer: object = {}): Result<PeeledLayer, OnionFailure> {
  if (node === undefined) throw new Error('no node')
  const plaintext = combinePayload(BLOB, inner)
  const { body } = sealForeignLayer(node, { plaintext, outer }, randomness)
  return peelLayer({ agreement: node.agreement, body })
}

function failureOf(peeled: Result<PeeledLayer, OnionFailure>): OnionFailure {
  if (peeled.ok) throw new Error(`accepted as ${peeled.value.kind}`)
  return peeled.error
}

describe('the order of questions', () => {
  it('is headers, then host, then destination', () => {
    const host = { host: 'example.org', target: '/loki/v3/lsrpc' }
    expect(peel({ ...RELAY, ...host, headers: {} })).toMatchObject({ value: { kind: 'final' } })
    expect(peel({ ...RELAY, ...host })).toMatchObject({ value: { kind: 'host' } })
    expect(peel(RELAY)).toMatchObject({ value: { kind: 'relay' } })
  })

  it('takes any headers, null and text included: presence is what counts', () => {
    for (const headers of [null, '', 0, [], {}, false]) {
      expect(peel({ headers })).toMatchObject({ value: { kind: 'final', headers } })
    }
  })

  it('does not take inherited names for members', () => {
    expect(failureOf(peel({})).text).toBe('Invalid json')
    expect(failureOf(peel(JSON.parse('{"__proto__":{"headers":{}}}') as object)).text).toBe(
      'Invalid json',
    )
  })
})

describe('a relay layer', () => {
  it('becomes the body for the next node: the same blob, the next key, one hop more', () => {
    const peeled = peel({ ...RELAY, enc_type: 'xchacha20' }, { hop_no: 4 })
    if (!peeled.ok || peeled.value.kind !== 'relay') throw new Error('no relay')
    const frame = splitPayload(peeled.value.nextBody)
    expect(frame).toMatchObject({ ok: true, value: { blob: BLOB } })
    expect(frame.ok && frame.value.json).toEqual({
      ephemeral_key: RELAY.ephemeral_key,
      enc_type: 'xchacha20',
      hop_no: 5,
    })
    expect(peeled.value.nextEd25519).toBe(RELAY.destination)
  })

  it('starts to count where the client said nothing', () => {
    const peeled = peel(RELAY)
    if (!peeled.ok || peeled.value.kind !== 'relay') throw new Error('no relay')
    const frame = splitPayload(peeled.value.nextBody)
    expect(frame.ok && frame.value.json).toEqual({ ephemeral_key: RELAY.ephemeral_key, hop_no: 2 })
  })

  it('cannot smuggle text into the JSON for the next node through the cipher name', () => {
    const peeled = peel({ ...RELAY, enc_type: '","hop_no":0,"x":"' })
    if (!peeled.ok || peeled.value.kind !== 'relay') throw new Error('no relay')
    const frame = splitPayload(peeled.value.nextBody)
    expect(frame.ok && frame.value.json['hop_no']).toBe(2)
  })

  it('ends after fifteen relays: a request that goes in a circle dies', () => {
    for (const hop of [0, 1, HOP_NUMBER_MAX]) expect(peel(RELAY, { hop_no: hop }).ok).toBe(true)
    expect(failureOf(peel(RELAY, { hop_no: HOP_NUMBER_MAX + 1 }))).toEqual({
      status: 400,
      text: 'onion request max path length exceeded',
      encrypted: false,
    })
  })

  it.each([-1, 0.5, 1e300, '3', true, [], {}])('is refused with hop number %j', (hop) => {
    expect(failureOf(peel(RELAY, { hop_no: hop })).text).toBe(
      'Error parsing onion request: bad hop_no',
    )
  })
})

describe('a final layer', () => {
  it('gives the body as a view, without a copy', () => {
    const peeled = peel({ headers: {} })
    if (!peeled.ok || peeled.value.kind !== 'final') throw new Error('not final')
    expect(decodeUtf8(peeled.value.body)).toBe(decodeUtf8(BLOB))
    expect(peeled.value.body.byteOffset).toBeGreaterThan(0)
  })

  it('answers in base64 with text unless both are told otherwise exactly (trap 4)', () => {
    expect(peel({ headers: {} })).toMatchObject({ value: { json: false, base64: true } })
    expect(peel({ headers: {}, json: true, base64: false })).toMatchObject({
      value: { json: true, base64: false },
    })
    expect(peel({ headers: {}, json: 1, base64: 0 })).toMatchObject({
      value: { json: false, base64: true },
    })
  })
})

describe('a host layer', () => {
  const host = { host: 'example.org', target: '/oxen/v4/lsrpc', ephemeral_key: RELAY.ephemeral_key }

  it('forwards the entire frame, blob and JSON (trap 6)', () => {
    const peeled = peel(host)
    if (!peeled.ok || peeled.value.kind !== 'host') throw new Error('not a host layer')
    expect(peeled.value.frame).toEqual(combinePayload(BLOB, host))
  })

  it('is refused, sealed, for a target that is none (trap 6)', () => {
    const failure = failureOf(peel({ ...host, target: '/oxen/v4/files' }))
    expect(failure).toMatchObject({ status: 400, text: 'Invalid url', encrypted: true })
  })
})

describe('refusals', () => {
  it('are sealed for the client once the key is known, so that relays cannot read them', () => {
    const failure = failureOf(peel({ destination: 'x' }))
    expect(failure).toMatchObject({ status: 400, text: 'Invalid json', encrypted: true })
    const { status, body } = encodeOnionFailure(failure, randomness)
    expect(status).toBe(200)
    expect(decodeUtf8(body)).not.toContain('Invalid')
    if (failure.hopKey === undefined) throw new Error('no key')
    expect(decodeNodeReply(body, failure.hopKey)).toEqual({
      ok: true,
      value: { status: 400, body: 'Invalid json' },
    })
  })

  it('go back in the clear, with their status, when there is no key', () => {
    const failure = failureOf(peel(RELAY, { enc_type: 'rot13' }))
    const { status, body } = encodeOnionFailure(failure, randomness)
    expect([status, decodeUtf8(body)]).toEqual([400, 'Error parsing onion request: bad enc_type'])
  })

  it('never repeat what the client sent', () => {
    const marker = 'ab'.repeat(32)
    const refusals = [
      peel(RELAY, { enc_type: marker }),
      peel(RELAY, { hop_no: marker }),
      peel(RELAY, { ephemeral_key: `${marker}x` }),
      peel({ host: marker.repeat(9), target: '/loki/v3/lsrpc' }),
      peel({ destination: marker }),
    ]
    for (const refusal of refusals) expect(failureOf(refusal).text).not.toContain(marker)
  })

  it('are one and the same for a bad tag, a short ciphertext and bad padding, lest they tell the key', () => {
    const texts = (['xchacha20', 'aes-gcm', 'aes-cbc'] as const).flatMap((cipher) =>
      [0, 1, 16, 31, 32, 48, 200].map((length) => {
        const json = { ephemeral_key: encodeHex(next.x25519), enc_type: cipher }
        const body = combinePayload(randomness.bytes(length), json)
        return peelLayer({ agreement: node.agreement, body })
      }),
    )
    // Random AES-CBC may open to bytes by chance (one in 256), which are then no frame.
    const distinct = new Set(texts.map((peeled) => failureOf(peeled).text))
    expect([...distinct].every((text) => /^Invalid (ciphertext|json)$/.test(text))).toBe(true)
  })
})
