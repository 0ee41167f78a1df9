import { concatBytes } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  PNG_SIGN,
  SCAN_DATA,
  SECRET,
  VP8_FRAME,
  VP8L_FRAME,
  writeExif,
  writeGif,
  writeJpeg,
  writePng,
  writePngChunk,
  writeRiff,
  writeRiffChunk,
  writeSegment,
  writeWebp,
} from '../../../test/picture-fixtures.ts'
import { type CleanPicture, PICTURE_BYTES_MAX, stripMetadata } from '../index.ts'

const BUILDERS = { jpeg: writeJpeg, png: writePng, webp: writeWebp, gif: writeGif } as const
const FORMATS = ['jpeg', 'png', 'webp', 'gif'] as const
const TURNING = ['jpeg', 'png', 'webp'] as const

function clean(bytes: Uint8Array): CleanPicture {
  const cleaned = stripMetadata(Uint8Array.from(bytes))
  if (!cleaned.ok) throw cleaned.error
  return cleaned.value
}

function codeOf(bytes: Uint8Array): string {
  const cleaned = stripMetadata(Uint8Array.from(bytes))
  return cleaned.ok ? 'cleaned' : cleaned.error.code
}

function includes(bytes: Uint8Array, part: string | Uint8Array): boolean {
  return Buffer.from(bytes).includes(Buffer.from(part))
}

describe('stripMetadata', () => {
  it.each(FORMATS)('leaves nothing of what was hidden in a %s', (format) => {
    const original = BUILDERS[format](writeExif(6))
    expect(includes(original, SECRET)).toBe(true)
    const cleaned = clean(original)
    expect(cleaned.format).toBe(format)
    expect(includes(cleaned.bytes, SECRET)).toBe(false)
    expect(includes(cleaned.bytes, SECRET.slice(0, 3))).toBe(false)
  })

  it.each(FORMATS)('changes nothing of a %s that is clean already', (format) => {
    const cleaned = clean(BUILDERS[format](writeExif(6)))
    expect(clean(cleaned.bytes)).toEqual(cleaned)
  })

  it.each(TURNING)('says how a %s is to be turned, and nothing else', (format) => {
    for (const order of ['II', 'MM'] as const) {
      for (const orientation of [2, 3, 4, 5, 6, 7, 8]) {
        const cleaned = clean(BUILDERS[format](writeExif(orientation, order)))
        expect(cleaned.orientation).toBe(orientation)
        expect(clean(cleaned.bytes).orientation).toBe(orientation)
      }
    }
  })

  it.each(TURNING)('writes no Exif into a %s that needs no turn', (format) => {
    const plain = clean(BUILDERS[format]())
    for (const value of [0, 1, 9, 65_535]) {
      const cleaned = clean(BUILDERS[format](writeExif(value)))
      expect(cleaned).toEqual(plain)
      expect(includes(cleaned.bytes, format === 'png' ? 'eXIf' : 'xif')).toBe(false)
    }
  })

  it.each([
    ['jpeg', 40, 30],
    ['png', 2, 3],
    ['webp', 20, 10],
    ['gif', 7, 9],
  ] as const)('knows the size of a %s, as it is shown', (format, width, height) => {
    expect(clean(BUILDERS[format]())).toMatchObject({ width, height })
    if (format === 'gif') return
    expect(clean(BUILDERS[format](writeExif(3)))).toMatchObject({ width, height })
    expect(clean(BUILDERS[format](writeExif(6)))).toMatchObject({ width: height, height: width })
  })

  it('leaves the input as it was', () => {
    for (const format of FORMATS) {
      const original = Uint8Array.from(BUILDERS[format](writeExif(6)))
      const copy = Uint8Array.from(original)
      stripMetadata(original)
      expect(original).toEqual(copy)
    }
  })

  it.each(FORMATS)('refuses a %s that is cut short anywhere', (format) => {
    const { bytes } = clean(BUILDERS[format](writeExif(6)))
    for (let length = 0; length < bytes.length; length++) {
      expect(codeOf(bytes.subarray(0, length))).toMatch(/^picture_/)
    }
  })

  it('knows no other format', () => {
    for (const text of ['', 'BM', '<svg/>', 'GIF88a', '%PDF-1.7', 'RIFF1234WAVE']) {
      expect(codeOf(Buffer.from(text))).toBe('picture_unknown')
    }
  })

  it('refuses what is too large for any message before it reads it', () => {
    const large = new Uint8Array(PICTURE_BYTES_MAX + 1)
    large.set(PNG_SIGN)
    expect(codeOf(large)).toBe('picture_malformed')
  })
})

describe('a JPEG', () => {
  it('keeps its scans to the byte, its colours, and its header without a thumbnail', () => {
    const { bytes } = clean(writeJpeg(writeExif(6)))
    const text = Buffer.from(bytes)
    expect(text.indexOf(SCAN_DATA)).not.toBe(text.lastIndexOf(SCAN_DATA))
    expect(includes(bytes, 'ICC_PROFILE')).toBe(true)
    expect(includes(bytes, 'Adobe')).toBe(true)
    expect(includes(bytes, 'MPF')).toBe(false)
    const head = [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46, 0x49, 0x46, 0]
    expect([...bytes.subarray(0, head.length)]).toEqual(head)
    // Exif follows the header, where every reader looks for it.
    expect([...bytes.subarray(20, 24)]).toEqual([0xff, 0xe1, 0, 34])
  })

  it('refuses one without a frame, with a length below two, and with a marker out of place', () => {
    const start = Buffer.from([0xff, 0xd8])
    const end = Buffer.from([0xff, 0xd9])
    const frame = writeSegment(0xc0, Buffer.from([8, 0, 1, 0, 1]))
    expect(codeOf(concatBytes([start, frame, end]))).toBe('cleaned')
    expect(codeOf(concatBytes([start, end]))).toBe('picture_malformed')
    expect(codeOf(concatBytes([start, writeSegment(0xc4, frame), end]))).toBe('picture_malformed')
    for (const wrong of [[0xff, 0xc0, 0, 1], [0xff, 0xd0], [0xff, 1], [0xff, 0xd8], [0]]) {
      const bytes = concatBytes([start, frame, Buffer.from(wrong), end])
      expect(codeOf(bytes)).toBe('picture_malformed')
    }
  })
})

describe('a PNG', () => {
  it('has its turn before the first pixels, with a right checksum', () => {
    const { bytes } = clean(writePng(writeExif(8)))
    const text = Buffer.from(bytes)
    const exif = text.indexOf('eXIf')
    expect(exif).toBeGreaterThan(text.indexOf('iCCP'))
    expect(exif).toBeLessThan(text.indexOf('IDAT'))
    const chunk = writePngChunk('eXIf', text.subarray(exif + 4, exif + 4 + 26))
    expect(text.includes(chunk)).toBe(true)
  })

  it('refuses one that does not begin with its header', () => {
    const header = writePngChunk('IHDR', Buffer.alloc(13))
    const end = Buffer.concat([
      writePngChunk('IDAT', Buffer.alloc(0)),
      writePngChunk('IEND', Buffer.alloc(0)),
    ])
    expect(codeOf(Buffer.concat([PNG_SIGN, header, end]))).toBe('cleaned')
    expect(codeOf(Buffer.concat([PNG_SIGN, header, end.subarray(12)]))).toBe('picture_malformed')
    expect(codeOf(Buffer.concat([PNG_SIGN, end, header]))).toBe('picture_malformed')
    const short = writePngChunk('IHDR', Buffer.alloc(12))
    expect(codeOf(Buffer.concat([PNG_SIGN, short, end]))).toBe('picture_malformed')
  })

  it('refuses more parts than any picture has, so that memory stays in proportion', () => {
    const header = writePngChunk('IHDR', Buffer.alloc(13))
    const many = Array.from({ length: 65_536 }, () => writePngChunk('IDAT', Buffer.alloc(0)))
    const end = writePngChunk('IEND', Buffer.alloc(0))
    expect(codeOf(Buffer.concat([PNG_SIGN, header, ...many, end]))).toBe('picture_malformed')
  })
})

describe('a WebP', () => {
  it('says in its flags only what it still has', () => {
    const flagsOf = (bytes: Uint8Array): number => bytes[20] ?? 0
    expect(flagsOf(clean(writeWebp(writeExif(6))).bytes)).toBe(0x2a)
    expect(flagsOf(clean(writeWebp(writeExif(1))).bytes)).toBe(0x22)
  })

  it('reads the size of a file of one frame, and takes its Exif for none', () => {
    for (const [type, frame] of [
      ['VP8 ', VP8_FRAME],
      ['VP8L', VP8L_FRAME],
    ] as const) {
      const plain = writeRiff([writeRiffChunk(type, frame)])
      expect(clean(plain)).toMatchObject({ width: 20, height: 10 })
      const odd = writeRiff([writeRiffChunk(type, frame), writeRiffChunk('EXIF', writeExif(6))])
      expect(clean(odd)).toEqual(clean(plain))
    }
  })

  it('refuses frames that hide a broken chunk, and a first chunk that is none', () => {
    const canvas = writeRiffChunk('VP8X', Buffer.alloc(10))
    const frame = writeRiffChunk('ANMF', Buffer.alloc(20, 0xff))
    expect(codeOf(writeRiff([canvas, frame]))).toBe('picture_malformed')
    expect(codeOf(writeRiff([writeRiffChunk('EXIF', writeExif(1))]))).toBe('picture_malformed')
    expect(codeOf(writeRiff([writeRiffChunk('VP8X', Buffer.alloc(9))]))).toBe('picture_malformed')
    expect(codeOf(writeRiff([writeRiffChunk('VP8L', Buffer.alloc(9))]))).toBe('picture_malformed')
  })
})

describe('a GIF', () => {
  it('keeps its loop count alone of what applications wrote', () => {
    const { bytes } = clean(writeGif())
    const loop = Buffer.concat([Buffer.from('NETSCAPE2.0'), Buffer.from([3, 1, 5, 0, 0])])
    expect(includes(bytes, loop)).toBe(true)
    expect(includes(bytes, 'XMP')).toBe(false)
    expect(bytes.at(-1)).toBe(0x3b)
  })

  it('refuses an unknown kind of block', () => {
    const screen = Buffer.concat([Buffer.from('GIF89a'), Buffer.alloc(7)])
    expect(codeOf(Buffer.concat([screen, Buffer.from([0x3b])]))).toBe('cleaned')
    expect(codeOf(Buffer.concat([screen, Buffer.from([0, 0x3b])]))).toBe('picture_malformed')
  })
})
