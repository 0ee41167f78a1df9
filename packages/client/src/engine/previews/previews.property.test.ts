/** Pages and addresses of any bytes: an answer within bounds, soon (spec 13 §4.3 for what is shown). */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import {
  arbitraryBytes,
  arbitraryMutation,
  arbitraryText,
  DECODER_RUNS,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePreviewUrl, PREVIEW_URL_CHARACTERS_MAX, resolvePreviewUrl } from './preview-url.ts'
import { PAGE_BYTES_MAX, PREVIEW_TITLE_CHARACTERS_MAX, readPageHead } from './read-page-head.ts'

const URL = 'https://news.example/'
/** What takes the square of half a mebibyte takes minutes. */
const PAGE_TIME_MS = 5000
const RUNS = { numRuns: DECODER_RUNS }
const PAGE = encodeUtf8(`<!doctype html><html><head><!-- c --><script>x</script>
  <meta charset="utf-8"><meta property="og:title" content="A &amp; B">
  <meta property='og:image' content=/a.png><title>A</title></head><body>`)
const pieces = fc.constantFrom(
  '<',
  '>',
  '<!--',
  '-->',
  '<meta ',
  '<title>',
  '</title>',
  '<script>',
  '</script>',
  'property="og:title" ',
  'content=',
  '"',
  "'",
  '=',
  ' ',
  '&#x41;',
  '&amp',
  '\u202E',
  'é',
)

function expectBounded(page: Uint8Array): void {
  const { title, imageUrl } = readPageHead(page, URL)
  expect(Array.from(title).length).toBeLessThanOrEqual(PREVIEW_TITLE_CHARACTERS_MAX)
  expect(title).not.toMatch(/(?!\u200D)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
  if (imageUrl !== undefined) expect(parsePreviewUrl(imageUrl)).toBe(imageUrl)
}

describe('readPageHead', () => {
  it('is total and bounded over bytes, altered pages and pieces of pages in any order', () => {
    const jumbled = fc.array(pieces, { maxLength: 60 }).map((parts) => encodeUtf8(parts.join('')))
    const pages = fc.oneof(arbitraryBytes(300), arbitraryMutation(PAGE), jumbled)
    fc.assert(fc.property(pages, expectBounded), RUNS)
  })

  it.each([
    '<',
    '<!--',
    '<meta ',
    '<meta a',
    '<meta a=',
    '<meta "',
    "<a '",
    '<title>',
    '<script>',
    '</title',
    '&#x',
    '<meta content=a ',
    ' ',
    '<a>',
    'é',
  ])(
    'takes no time out of proportion for a page of %j',
    (piece) => {
      expectBounded(encodeUtf8(piece.repeat(Math.ceil(PAGE_BYTES_MAX / piece.length))))
    },
    PAGE_TIME_MS,
  )
})

describe('addresses', () => {
  it('are refused, or stay what they are when they are read again', () => {
    const near = fc
      .tuple(fc.constantFrom('https://', 'http://', '//', '/', ''), arbitraryText(30))
      .map(([start, rest]) => `${start}a.example${rest}`)
    fc.assert(
      fc.property(fc.oneof(arbitraryText(60), near), (text) => {
        const url = parsePreviewUrl(text)
        if (url !== undefined) expect(parsePreviewUrl(url)).toBe(url)
        const resolved = resolvePreviewUrl(text, URL)
        if (resolved === undefined) return
        expect(resolved).toMatch(/^https?:\/\/[^/@\s]+\//)
        expect(resolved.length).toBeLessThanOrEqual(PREVIEW_URL_CHARACTERS_MAX + 1)
      }),
      RUNS,
    )
  })
})
