/** Requests and replies of spec 17 from any bytes: a refusal or a value that is written the same again. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import {
  arbitraryBytes,
  arbitraryMutation,
  arbitraryText,
  DECODER_RUNS,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  decodePreviewReply,
  decodePreviewRequest,
  encodePreviewReply,
  encodePreviewRequest,
  PREVIEW_ADDRESS_BYTES_MAX,
  PREVIEW_REPLY_BYTES_MAX,
  PREVIEW_REPLY_BYTES_MIN,
  PREVIEW_REQUEST_BYTES,
  type PreviewReply,
} from './index.ts'

const RUNS = { numRuns: DECODER_RUNS }
const REQUEST = unwrap(encodePreviewRequest({ kind: 'page', address: 'https://news.example/a' }))
const REPLY = unwrap(
  encodePreviewReply({
    outcome: 'found',
    contentType: 'image/png',
    address: 'https://cdn.example/a.png',
    content: encodeUtf8('a picture'),
  }),
)
const addresses = arbitraryText(40).map((text) => `https://${text}`)
const kinds = fc.constantFrom('page', 'picture')
const replies: fc.Arbitrary<PreviewReply> = fc.oneof(
  fc.record({
    outcome: fc.constantFrom('unreachable', 'timed_out', 'other_type', 'too_large', 'busy'),
  }),
  fc.record({
    outcome: fc.constant('site_refused'),
    status: fc.integer({ min: 100, max: 599 }),
  }),
  fc.record({
    outcome: fc.constant('found'),
    contentType: fc.constantFrom('text/html', 'image/jpeg', 'image/png', 'image/gif', 'image/webp'),
    address: fc.webUrl().filter((url) => url.length <= PREVIEW_ADDRESS_BYTES_MAX),
    content: fc.uint8Array({ maxLength: 100_000 }),
  }),
)

function unwrap(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new Error('not written')
  return bytes
}

/** Bytes in front of zeros, up to a length that may be one. */
function fill(head: Uint8Array, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  bytes.set(head.subarray(0, length))
  return bytes
}

function checkRequest(bytes: Uint8Array): void {
  const request = decodePreviewRequest(bytes)
  if (request.ok) expect(encodePreviewRequest(request.value)).toEqual(bytes)
  else expect(request.error.code).toBe('preview_request_malformed')
}

function checkReply(bytes: Uint8Array): void {
  const reply = decodePreviewReply(bytes)
  if (!reply.ok) {
    expect(reply.error.code).toBe('preview_reply_malformed')
    return
  }
  const again = unwrap(encodePreviewReply(reply.value))
  // A difference of so many bytes is not printed.
  expect(Buffer.from(again).equals(bytes)).toBe(true)
}

describe('requests', () => {
  it('are read as they were written, or not written', () => {
    fc.assert(
      fc.property(kinds, fc.oneof(addresses, arbitraryText(60)), (kind, address) => {
        const bytes = encodePreviewRequest({ kind, address })
        if (bytes === undefined) return
        expect(bytes).toHaveLength(PREVIEW_REQUEST_BYTES)
        expect(decodePreviewRequest(bytes)).toEqual({ ok: true, value: { kind, address } })
      }),
      RUNS,
    )
  })

  it('have one form: any bytes are refused, or are what would be written', () => {
    const heads = fc.oneof(arbitraryBytes(60), arbitraryMutation(REQUEST.subarray(0, 40)))
    fc.assert(
      fc.property(heads, fc.constantFrom(30, PREVIEW_REQUEST_BYTES), (head, length) => {
        checkRequest(fill(head, length))
      }),
      RUNS,
    )
  })
})

describe('replies', () => {
  it('are read as they were written', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const bytes = encodePreviewReply(reply)
        if (bytes === undefined) return
        expect(decodePreviewReply(bytes)).toEqual({ ok: true, value: reply })
      }),
      { numRuns: 300 },
    )
  })

  it('have one form: any bytes are refused, or are what would be written', () => {
    const lengths = fc.constantFrom(
      50,
      PREVIEW_REPLY_BYTES_MIN,
      PREVIEW_REPLY_BYTES_MIN * 2,
      PREVIEW_REPLY_BYTES_MIN + 1,
    )
    const heads = fc.oneof(arbitraryBytes(60), arbitraryMutation(REPLY.subarray(0, 45)))
    fc.assert(
      fc.property(heads, lengths, (head, length) => {
        checkReply(fill(head, length))
      }),
      RUNS,
    )
  })

  it('are refused above their limit, without being read', () => {
    expect(decodePreviewReply(new Uint8Array(PREVIEW_REPLY_BYTES_MAX * 2)).ok).toBe(false)
  })
})
