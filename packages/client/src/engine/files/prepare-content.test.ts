/** What is no picture stays as it is, and is called what it is. */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { isTooManyPixels, prepareContent } from './prepare-content.ts'

const TEXT = encodeUtf8('some words')

/** The head says how large it is; nothing else of it is looked at. */
function createGif(width: number, height: number): Uint8Array {
  const size = [width & 255, width >> 8, height & 255, height >> 8]
  const pixels = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 1, 0, 0]
  return Uint8Array.from([...encodeUtf8('GIF89a'), ...size, 0, 0, 0, ...pixels, 0x3b])
}

describe('the content of a file', () => {
  it.each([
    ['text/plain', 'text/plain'],
    ['Text/Plain; charset=utf-8', 'text/plain'],
    ['nonsense', 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ])('of type %j is sent as %s', (contentType, expected) => {
    const prepared = unwrap(prepareContent({ bytes: TEXT, contentType }))
    expect(prepared).toEqual({ bytes: TEXT, contentType: expected, width: 0, height: 0 })
  })

  it('is a picture by its bytes, whatever it is called', () => {
    const prepared = prepareContent({ bytes: createGif(4, 3), contentType: 'text/plain' })
    expect(unwrap(prepared)).toMatchObject({ contentType: 'image/gif', width: 4, height: 3 })
  })

  it.each(['image/heic', 'image/svg+xml', 'IMAGE/JPEG'])(
    'that is called %s and is none of the four is refused',
    (contentType) => {
      expect(codeOf(prepareContent({ bytes: TEXT, contentType }))).toBe('picture_refused')
      expect(codeOf(prepareContent({ bytes: TEXT, contentType, isAsItIs: true }))).toBe('success')
    },
  )

  it.each([
    [10_000, 10_000, 'success'],
    [10_001, 10_000, 'picture_refused'],
    [65_535, 65_535, 'picture_refused'],
  ])('of %i by %i pixels is a %s', (width, height, code) => {
    const bytes = createGif(width, height)
    expect(codeOf(prepareContent({ bytes, contentType: 'image/gif' }))).toBe(code)
    expect(isTooManyPixels(bytes)).toBe(code !== 'success')
  })

  it('that is no picture never has too many pixels', () => {
    expect(isTooManyPixels(TEXT)).toBe(false)
    expect(isTooManyPixels(createGif(60_000, 60_000).subarray(0, 11))).toBe(false)
  })
})
