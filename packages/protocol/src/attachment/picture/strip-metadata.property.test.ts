/** Whatever file somebody picks: a refusal or a clean picture, never a throw (spec 13 §5.2). */
import { concatBytes } from '@sotto/crypto/bytes'
import { DECODER_RUNS, arbitraryBytes, arbitraryMutation } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  writeExif,
  writeGif,
  writeJpeg,
  writePng,
  writeWebp,
} from '../../../test/picture-fixtures.ts'
import { stripMetadata } from '../index.ts'
import { readOrientation } from './exif-orientation.ts'

const exif = writeExif(6)
const PICTURES = [writeJpeg(exif), writePng(exif), writeWebp(exif), writeGif()]
const beginnings = fc.constantFrom(
  ...[[], [0xff, 0xd8, 0xff], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]].map((bytes) =>
    Uint8Array.from(bytes),
  ),
  Uint8Array.from(Buffer.from('GIF89a')),
  Uint8Array.from(Buffer.from('RIFF\x20\0\0\0WEBP')),
)

/** What is clean stays as it is: otherwise something was left, or something else was invented. */
function expectRefusalOrClean(bytes: Uint8Array): void {
  const cleaned = stripMetadata(bytes)
  if (!cleaned.ok) return
  expect(cleaned.value.bytes.length).toBeLessThanOrEqual(bytes.length + 64)
  expect(stripMetadata(cleaned.value.bytes)).toEqual(cleaned)
}

describe('stripMetadata', () => {
  it('refuses or cleans any bytes behind any beginning', () => {
    fc.assert(
      fc.property(beginnings, arbitraryBytes(300), (beginning, rest) => {
        expectRefusalOrClean(concatBytes([beginning, rest]))
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it.each(PICTURES.map((picture) => Uint8Array.from(picture)))(
    'refuses or cleans every altered picture (%#)',
    (picture) => {
      fc.assert(fc.property(arbitraryMutation(picture), expectRefusalOrClean), {
        numRuns: DECODER_RUNS,
      })
    },
  )

  it('reads a turn out of any bytes as one of eight', () => {
    const bytes = fc.oneof(arbitraryBytes(100), arbitraryMutation(Uint8Array.from(exif)))
    fc.assert(
      fc.property(bytes, (each) => {
        expect([1, 2, 3, 4, 5, 6, 7, 8]).toContain(readOrientation(each))
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})
