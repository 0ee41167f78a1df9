/** Spec 17 §3, §4: what is written, and that lengths tell nothing. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  decodePreviewReply,
  decodePreviewRequest,
  encodePreviewReply,
  encodePreviewRequest,
  PREVIEW_CONTENT_BYTES_MAX,
  PREVIEW_REPLY_BYTES_MAX,
  PREVIEW_REPLY_BYTES_MIN,
  PREVIEW_REQUEST_BYTES,
  type PreviewFound,
  type PreviewReply,
} from './index.ts'

const PAGE: PreviewFound = {
  outcome: 'found',
  contentType: 'text/html',
  address: 'https://news.example/a',
  content: encodeUtf8('<title>A</title>'),
}

function measure(reply: PreviewReply): number | undefined {
  return encodePreviewReply(reply)?.length
}

function createPage(bytes: number): PreviewFound {
  return { ...PAGE, content: new Uint8Array(bytes) }
}

describe('a request', () => {
  it.each(['https://a.example/', `https://a.example/${'x'.repeat(2000)}`])(
    'has one length whatever its address, so that no node of the path can guess it',
    (address) => {
      expect(encodePreviewRequest({ kind: 'page', address })).toHaveLength(PREVIEW_REQUEST_BYTES)
      expect(encodePreviewRequest({ kind: 'picture', address })).toHaveLength(PREVIEW_REQUEST_BYTES)
    },
  )

  it('is read from a place within other bytes', () => {
    const request = { kind: 'picture', address: PAGE.address } as const
    const bytes = encodePreviewRequest(request) ?? new Uint8Array()
    const outer = new Uint8Array(bytes.length + 20).fill(0xff)
    outer.set(bytes, 7)
    const inner = outer.subarray(7, 7 + bytes.length)
    expect(decodePreviewRequest(inner)).toEqual({ ok: true, value: request })
  })
})

describe('a reply', () => {
  it('has the length of the smallest page when there is nothing', () => {
    const refusals = ['unreachable', 'timed_out', 'other_type', 'too_large', 'busy'] as const
    for (const outcome of refusals) expect(measure({ outcome })).toBe(PREVIEW_REPLY_BYTES_MIN)
    expect(measure({ outcome: 'site_refused', status: 404 })).toBe(PREVIEW_REPLY_BYTES_MIN)
    expect(measure(createPage(0))).toBe(PREVIEW_REPLY_BYTES_MIN)
  })

  it('has one of seven lengths, each twice the one before', () => {
    const lengths = new Set<number | undefined>()
    for (let bytes = 0; bytes <= PREVIEW_CONTENT_BYTES_MAX.picture; bytes += 7919)
      lengths.add(measure({ ...createPage(bytes), contentType: 'image/png' }))
    expect([...lengths]).toEqual([15, 16, 17, 18, 19, 20, 21].map((power) => 2 ** power))
  })

  it('holds the largest page in half a mebibyte, and the largest picture in two', () => {
    const { page, picture } = PREVIEW_CONTENT_BYTES_MAX
    expect(measure(createPage(page))).toBe(524_288)
    expect(measure({ ...createPage(picture), contentType: 'image/gif' })).toBe(
      PREVIEW_REPLY_BYTES_MAX,
    )
  })

  it('is not written with more content than its kind has', () => {
    const { page, picture } = PREVIEW_CONTENT_BYTES_MAX
    expect(measure(createPage(page + 1))).toBeUndefined()
    expect(measure({ ...createPage(picture + 1), contentType: 'image/webp' })).toBeUndefined()
    expect(measure({ ...PAGE, address: 'news.example' })).toBeUndefined()
  })

  it('with a page larger than pages are is refused, though a picture could be so large', () => {
    const { page } = PREVIEW_CONTENT_BYTES_MAX
    const bytes = encodePreviewReply({ ...createPage(page + 1), contentType: 'image/jpeg' })
    if (bytes === undefined) throw new Error('not written')
    expect(decodePreviewReply(bytes).ok).toBe(true)
    bytes[4] = 1
    expect(decodePreviewReply(bytes)).toMatchObject({ error: { code: 'preview_reply_malformed' } })
  })

  it('gives content that is a view, so that two megabytes are not copied', () => {
    const bytes = encodePreviewReply(PAGE) ?? new Uint8Array()
    const reply = decodePreviewReply(bytes)
    if (!reply.ok || reply.value.outcome !== 'found') throw new Error('not found')
    expect(reply.value.content.buffer).toBe(bytes.buffer)
  })

  it('says in its error how long it is, and nothing of what it holds', () => {
    const reply = decodePreviewReply(encodeUtf8('https://news.example/'))
    expect(reply.ok ? '' : reply.error.message).toBe('preview_reply_malformed: 21 bytes')
  })
})
