/** Payloads for hosts, beyond the vector files. */
import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type V4Request,
  decodeV4Reply,
  decodeV4Request,
  encodeV4Reply,
  encodeV4Request,
} from './index.ts'

const headers = fc
  .array(fc.tuple(fc.stringMatching(/^[a-z-]{1,12}$/), fc.string()))
  .map((entries) => Object.fromEntries(entries.filter(([name]) => name !== 'content-length')))

const request: fc.Arbitrary<V4Request> = fc.oneof(
  fc.record({
    method: fc.constantFrom('GET', 'DELETE'),
    endpoint: fc.string().map((path) => `/${path}`),
    headers,
  }),
  fc.record({
    method: fc.constantFrom('POST', 'PUT'),
    endpoint: fc.string().map((path) => `/${path}`),
    headers,
    body: arbitraryBytes(100),
  }),
)

describe('encodeV4Request', () => {
  it('writes what hosts document', () => {
    const bytes = encodeV4Request({
      method: 'POST',
      endpoint: '/some/thing',
      headers: { 'Some-Header': 'a' },
      body: encodeUtf8('post body here'),
    })
    expect(decodeUtf8(bytes)).toBe(
      'l72:{"method":"POST","endpoint":"/some/thing","headers":{"Some-Header":"a"}}14:post body heree',
    )
  })

  it('counts bytes, not characters', () => {
    const bytes = encodeV4Request({ method: 'GET', endpoint: '/é', headers: {} })
    expect(decodeUtf8(bytes)).toBe('l46:{"method":"GET","endpoint":"/é","headers":{}}e')
  })

  it.each<[string, V4Request]>([
    ['GET with a body', { method: 'GET', endpoint: '/x', headers: {}, body: new Uint8Array() }],
    [
      'DELETE with a body',
      { method: 'DELETE', endpoint: '/x', headers: {}, body: encodeUtf8('x') },
    ],
    ['an endpoint without slash', { method: 'GET', endpoint: 'x', headers: {} }],
    ['a lower-case method', { method: 'post', endpoint: '/x', headers: {} }],
  ])('throws for %s, because it is a mistake of ours', (_, broken) => {
    expect(() => encodeV4Request(broken)).toThrow(RangeError)
  })
})

describe('decodeV4Request', () => {
  it('gives back every request', () => {
    fc.assert(
      fc.property(request, (original) => {
        expect(decodeV4Request(encodeV4Request(original))).toEqual({ ok: true, value: original })
      }),
    )
  })

  it('tells an empty body from none', () => {
    const read = (body: object): boolean => {
      const bytes = encodeV4Request({ method: 'POST', endpoint: '/x', headers: {}, ...body })
      const decoded = decodeV4Request(bytes)
      return decoded.ok && decoded.value.body !== undefined
    }
    expect([read({}), read({ body: new Uint8Array() })]).toEqual([false, true])
  })

  it('refuses version 3 by its own error, so that a host can say so', () => {
    const v3 = encodeUtf8('{"method":"GET","endpoint":"/x","headers":{},"body":""}')
    expect(decodeV4Request(v3)).toMatchObject({ error: { code: 'onion_payload_malformed' } })
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(100), (bytes) => {
        expect(decodeV4Request(bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers a changed request with a refusal or a request, never a throw', () => {
    const original = encodeV4Request({
      method: 'POST',
      endpoint: '/x',
      headers: { a: 'b' },
      body: encodeUtf8('body'),
    })
    fc.assert(
      fc.property(arbitraryMutation(original), (bytes) => {
        const decoded = decodeV4Request(bytes)
        if (decoded.ok) expect(decoded.value.endpoint.startsWith('/')).toBe(true)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('encodeV4Reply', () => {
  it('writes header names in lower case and drops the length, which is the frame’s', () => {
    const bytes = encodeV4Reply({
      code: 200,
      headers: { 'Content-Type': 'application/json', 'Content-LENGTH': '11' },
      body: encodeUtf8('{"id": 123}'),
    })
    expect(decodeUtf8(bytes)).toBe(
      'l58:{"code":200,"headers":{"content-type":"application/json"}}11:{"id": 123}e',
    )
  })
})

describe('decodeV4Reply', () => {
  it('gives back every reply', () => {
    fc.assert(
      fc.property(
        fc.record({ code: fc.integer({ min: 100, max: 599 }), headers, body: arbitraryBytes(100) }),
        (reply) => {
          expect(decodeV4Reply(encodeV4Reply(reply))).toEqual({ ok: true, value: reply })
        },
      ),
    )
  })

  it('answers random bytes with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryBytes(100), (bytes) => {
        expect(decodeV4Reply(bytes).ok).toBe(false)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
