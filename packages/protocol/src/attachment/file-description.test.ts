import { DECODER_RUNS, arbitraryText } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanContentType, cleanFileName, FILE_NAME_CHARACTERS_MAX } from './index.ts'

describe('cleanFileName', () => {
  it.each([
    ['photo.jpg', 'photo.jpg'],
    ['Straße 5 – 🎂.png', 'Straße 5 – 🎂.png'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\cmd.exe', 'cmd.exe'],
    ['C:cmd.exe', 'cmd.exe'],
    ['a/..', ''],
    ['.', ''],
    ['/', ''],
    ['a\0b\nc', 'abc'],
    ['photo\u202Egpj.exe', 'photogpj.exe'],
    ['  \u200B ', ''],
  ])('makes of %j the name %j', (name, cleaned) => {
    expect(cleanFileName(name)).toBe(cleaned)
  })

  it('leaves no path, nothing invisible and no more than a name may have, whatever it gets', () => {
    fc.assert(
      fc.property(arbitraryText(600), (name) => {
        const cleaned = cleanFileName(name)
        expect(cleaned).not.toMatch(/[/\\:\p{Cc}\p{Cf}]/u)
        expect(Array.from(cleaned).length).toBeLessThanOrEqual(FILE_NAME_CHARACTERS_MAX)
        expect(['.', '..']).not.toContain(cleaned)
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('cleanContentType', () => {
  it.each([
    ['image/jpeg', 'image/jpeg'],
    ['Image/SVG+xml; charset=utf-8', 'image/svg+xml'],
    ['', 'application/octet-stream'],
    ['image', 'application/octet-stream'],
    ['image/', 'application/octet-stream'],
    ['a/b/c', 'application/octet-stream'],
    ['text/html\r\nx: y', 'application/octet-stream'],
  ])('makes of %j the type %s', (type, cleaned) => {
    expect(cleanContentType(type)).toBe(cleaned)
  })
})
