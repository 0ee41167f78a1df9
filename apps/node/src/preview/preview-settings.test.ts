import { describe, expect, it } from 'vitest'
import { PREVIEW_SETTINGS } from './preview-settings.ts'

const { parse } = PREVIEW_SETTINGS.previewHosts

describe('named hosts', () => {
  it('have an address, or are looked up', () => {
    expect(parse(' News.Example , test.example=127.0.0.1,six.example=::1,')).toEqual(
      new Map([
        ['news.example', undefined],
        ['test.example', '127.0.0.1'],
        ['six.example', '::1'],
      ]),
    )
    expect(parse('')).toEqual(new Map())
  })

  it.each(['*', '=127.0.0.1', 'a.example=', 'a.example=b.example', 'https://a.example', 'a b'])(
    'are not %j',
    (text) => {
      expect(parse(text)).toBeUndefined()
    },
  )
})

describe('limits', () => {
  it('can neither be nothing nor without end', () => {
    const { previewFetchesMax, previewPerMinute } = PREVIEW_SETTINGS
    expect(['0', '257', '-1', 'x'].map((text) => previewFetchesMax.parse(text))).toEqual(
      Array.from({ length: 4 }),
    )
    expect(['0', '100001', ''].map((text) => previewPerMinute.parse(text))).toEqual(
      Array.from({ length: 3 }),
    )
    expect([previewFetchesMax.parse('256'), previewPerMinute.parse('1')]).toEqual([256, 1])
  })
})
