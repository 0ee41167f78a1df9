/** Which link a text is about. */
import { arbitraryText, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { findLink } from './find-link.ts'
import { parsePreviewUrl } from './preview-url.ts'

const LINK = 'https://news.example/a'

describe('the link of a text', () => {
  it.each([
    [LINK, LINK],
    [`see ${LINK}`, LINK],
    [`see ${LINK}.`, LINK],
    [`(see ${LINK})`, LINK],
    [`"${LINK}"`, LINK],
    [`<${LINK}>`, LINK],
    [`${LINK}?!…`, LINK],
    [`${LINK}\nand https://other.example/`, LINK],
    [`http://news.example`, 'http://news.example'],
    [`${LINK}?q=1&r=(2)#top`, `${LINK}?q=1&r=(2)#top`],
    ['https://wiki.example/Fish_(food)', 'https://wiki.example/Fish_(food)'],
    ['(https://wiki.example/Fish_(food))', 'https://wiki.example/Fish_(food)'],
    ['(https://wiki.example/Fish_(food)).', 'https://wiki.example/Fish_(food)'],
    [`https://localhost/ or ${LINK}`, LINK],
    [`https://bücher.example/ü,`, 'https://bücher.example/ü'],
  ])('of %j is %j', (text, link) => {
    expect(findLink(text)).toBe(link)
  })

  it.each([
    '',
    'no link',
    'news.example/a',
    'https://',
    'https://127.0.0.1/',
    'https://bank.example@evil.example/',
    'HTTPS://NEWS.EXAMPLE/',
    'ftp://news.example/',
    `https://news.example/${'a'.repeat(5000)}`,
  ])('is none of %j', (text) => {
    expect(findLink(text)).toBeUndefined()
  })

  it('stands in the text as it is given, whatever the text, so that receivers show it', () => {
    const pieces = fc.array(
      fc.oneof(fc.constantFrom(LINK, 'https://', ')', '(', '.', ' ', '@', '<'), arbitraryText(8)),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join('')
        const link = findLink(text)
        if (link === undefined) return
        expect(text).toContain(link)
        expect(parsePreviewUrl(link)).toBeDefined()
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('is looked for in no time out of proportion', () => {
    const bounded = ['https://a.b/ ', 'https://', 'https://a.b/)', 'https://(', ')'].map((piece) =>
      findLink(`${piece.repeat(100_000 / piece.length)} ${LINK}`),
    )
    expect(bounded).toHaveLength(5)
  })
})
