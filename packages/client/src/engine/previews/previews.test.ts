/** What comes out of pages: well-made ones, careless ones, and those that mean harm. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { parsePreviewUrl, resolvePreviewUrl } from './preview-url.ts'
import { PAGE_BYTES_MAX, type PageHead, readPageHead } from './read-page-head.ts'

const URL = 'https://news.example/2026/story.html?x=1'

function read(html: string): PageHead {
  return readPageHead(encodeUtf8(html), URL)
}

describe('the head of a page', () => {
  it.each([
    ['<title>A story</title>', 'A story'],
    ['<TITLE lang=en>\n A\n  story </TITLE>', 'A story'],
    ['<title>A</title><meta property="og:title" content="B">', 'B'],
    ["<meta content='B' name='og:title'><title>A</title>", 'B'],
    ['<meta property=og:title content=B>', 'B'],
    ['<meta property="og:title" content="">  <title>A</title>', 'A'],
    ['<title></title><title>second</title>', 'second'],
    ['<meta name="title" content="no title element">', ''],
    ['<title>Fish &amp; chips &#38; &#x26; &quot;peas&quot;</title>', 'Fish & chips & & "peas"'],
    ['<title>&amp;lt;b&amp;gt;</title>', '&lt;b&gt;'],
    ['<title>&#xD800;&#0;&#x110000;&nonsense;</title>', '\uFFFD\uFFFD\uFFFD&nonsense;'],
    ['<title>Grüße 👨‍👩‍👧</title>', 'Grüße 👨‍👩‍👧'],
    ['<!-- <title>commented</title> --><title>A</title>', 'A'],
    ['<script>"<title>scripted</title>"</script><title>A</title>', 'A'],
    ['<style><title>styled</title></style><title>A</title>', 'A'],
    ['<svg><title>drawn</title></svg><title>A</title>', 'A'],
    ['<link title="a > b"><title>A</title>', 'A'],
    ['<head></head><title>too late</title>', ''],
    ['<body><title>too late</title>', ''],
    ['<title>never closed', ''],
    ['<meta property="og:title" content="never closed', ''],
    ['no markup at all', ''],
    ['', ''],
  ])('of %j has the title %j', (html, title) => {
    expect(read(html).title).toBe(title)
  })

  it('has no characters that hide or turn what is read', () => {
    expect(read('<title>a\u202Egpj.exe\u200B\u0007&#x202E;b</title>').title).toBe('agpj.exeb')
  })

  it('has a title of at most 255 characters, and cuts none of them in half', () => {
    const { title } = read(`<title>${'👋'.repeat(300)}</title>`)
    expect(title).toBe('👋'.repeat(255))
  })

  it('is read as Latin-1 where it is no UTF-8', () => {
    const bytes = Uint8Array.from('<title>Gr\u00FC\u00DFe</title>', (each) => each.charCodeAt(0))
    expect(readPageHead(bytes, URL).title).toBe('Grüße')
  })

  it('is not read beyond its limit', () => {
    const filler = ' '.repeat(PAGE_BYTES_MAX)
    expect(read(`${filler}<title>A</title>`).title).toBe('')
    expect(read(`<title>A</title>${filler}`).title).toBe('A')
  })

  it.each([
    ['https://cdn.example/a.png', 'https://cdn.example/a.png'],
    ['/a.png?x=1&amp;y=2', 'https://news.example/a.png?x=1&y=2'],
    ['//cdn.example/a.png', 'https://cdn.example/a.png'],
    ['a.png#top', 'https://news.example/2026/a.png'],
    ['javascript:alert(1)', undefined],
    ['data:image/png;base64,AA==', undefined],
    ['https://user@evil.example/a.png', undefined],
    ['https://127.0.0.1/a.png', undefined],
  ])('with the picture %s has %s', (reference, imageUrl) => {
    const html = `<title>A</title><meta property="og:image" content="${reference}">`
    expect(read(html)).toEqual({ title: 'A', ...(imageUrl && { imageUrl }) })
  })
})

describe('an address', () => {
  it.each([
    ['HTTPS://News.Example', 'https://news.example/'],
    ['http://news.example:8080/a?b#c', 'http://news.example:8080/a?b'],
    ['https://bücher.example/', 'https://bücher.example/'],
  ])('%s is %s', (text, url) => {
    expect(parsePreviewUrl(text)).toBe(url)
  })

  it.each([
    'news.example',
    'ftp://news.example/',
    'file:///etc/passwd',
    'https://localhost/',
    'https://10.0.0.1/',
    'https://[::1]/',
    'https://bank.example@evil.example/',
    'https://bank.example\\@evil.example/',
    'https://news.example/a b',
    'https://news.example/\u202Egpj',
    `https://news.example/${'a'.repeat(2048)}`,
    'https://',
    '',
  ])('is not %j', (text) => {
    expect(parsePreviewUrl(text)).toBeUndefined()
    expect(resolvePreviewUrl('a.png', text)).toBeUndefined()
  })
})
