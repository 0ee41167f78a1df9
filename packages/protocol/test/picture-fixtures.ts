/**
 * Small pictures of each format, put together by hand, with something to hide in every place that has room for it.
 *
 * @module
 */
import { crc32, deflateSync } from 'node:zlib'

/** What must not be found in a cleaned picture. */
export const SECRET = 'SECRET-PLACE-47.11'
const secret: Buffer = Buffer.from(SECRET)

export type ByteOrder = 'II' | 'MM'

/** Exif with a maker's text, a turn, and a text behind it. */
export function writeExif(orientation: number, order: ByteOrder = 'II'): Buffer {
  const isLittle = order === 'II'
  const uint16 = (value: number): Buffer => {
    const bytes = Buffer.alloc(2)
    if (isLittle) bytes.writeUInt16LE(value)
    else bytes.writeUInt16BE(value)
    return bytes
  }
  const uint32 = (value: number): Buffer => {
    const bytes = Buffer.alloc(4)
    if (isLittle) bytes.writeUInt32LE(value)
    else bytes.writeUInt32BE(value)
    return bytes
  }
  const entry = (tag: number, type: number, count: number, value: Buffer): Buffer =>
    Buffer.concat([uint16(tag), uint16(type), uint32(count), value])
  return Buffer.concat([
    Buffer.from(order),
    uint16(42),
    uint32(8),
    uint16(2),
    entry(0x010f, 2, secret.length, uint32(38)),
    entry(0x0112, 3, 1, Buffer.concat([uint16(orientation), uint16(0)])),
    uint32(0),
    secret,
  ])
}

export function writeSegment(marker: number, payload: Uint8Array): Buffer {
  const header = Buffer.from([0xff, marker, 0, 0])
  header.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([header, payload])
}

/** Entropy-coded data with a stuffed byte and a restart. */
export const SCAN_DATA: Buffer = Buffer.from([1, 2, 0xff, 0, 3, 0xff, 0xd0, 4])

export function writeJpeg(exif?: Uint8Array): Buffer {
  const jfif = Buffer.from([...Buffer.from('JFIF\0'), 1, 1, 0, 0, 1, 0, 1, 1, 1])
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    writeSegment(0xe0, Buffer.concat([jfif, secret.subarray(0, 3)])),
    ...(exif === undefined
      ? []
      : [writeSegment(0xe1, Buffer.concat([Buffer.from('Exif\0\0'), exif]))]),
    writeSegment(0xe1, Buffer.concat([Buffer.from('http://ns.adobe.com/xap/1.0/\0'), secret])),
    writeSegment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0'), Buffer.from([1, 1, 9])])),
    writeSegment(0xe2, Buffer.concat([Buffer.from('MPF\0'), secret])),
    writeSegment(0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0'), secret])),
    writeSegment(0xee, Buffer.concat([Buffer.from('Adobe\0d\0\0\0\0\x01'), secret])),
    writeSegment(0xfe, secret),
    writeSegment(0xdb, Buffer.alloc(65, 1)),
    writeSegment(0xc2, Buffer.from([8, 0, 30, 0, 40, 1, 1, 0x11, 0])),
    writeSegment(0xc4, Buffer.alloc(20)),
    Buffer.from([0xff, 0xff]),
    writeSegment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    SCAN_DATA,
    writeSegment(0xc4, Buffer.alloc(21)),
    writeSegment(0xda, Buffer.from([1, 1, 0, 0, 63, 1])),
    SCAN_DATA,
    Buffer.from([0xff, 0xd9]),
    secret,
  ])
}

export function writePngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const [length, code] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  code.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, code])
}

export const PNG_SIGN: Buffer = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
const PNG_HEADER: Buffer = Buffer.from([0, 0, 0, 2, 0, 0, 0, 3, 8, 0, 0, 0, 0])
const PIXELS: Buffer = deflateSync(Buffer.from([0, 1, 2, 0, 3, 4, 0, 5, 6]))

/** Two pixels by three, which every viewer shows. */
export function writePng(exif?: Uint8Array): Buffer {
  return Buffer.concat([
    PNG_SIGN,
    writePngChunk('IHDR', PNG_HEADER),
    writePngChunk('tEXt', Buffer.concat([Buffer.from('Comment\0'), secret])),
    writePngChunk('iCCP', Buffer.from('profile\0\0x')),
    writePngChunk('IDAT', PIXELS.subarray(0, 5)),
    writePngChunk('IDAT', PIXELS.subarray(5)),
    writePngChunk('tIME', Buffer.from([7, 0xe9, 1, 1, 1, 1, 1])),
    writePngChunk('prIV', secret),
    ...(exif === undefined ? [] : [writePngChunk('eXIf', exif)]),
    writePngChunk('IEND', Buffer.alloc(0)),
    secret,
  ])
}

export function writeRiffChunk(type: string, data: Uint8Array): Buffer {
  const header = Buffer.concat([Buffer.from(type, 'latin1'), Buffer.alloc(4)])
  header.writeUInt32LE(data.length, 4)
  return Buffer.concat([header, data, Buffer.alloc(data.length % 2)])
}

export function writeRiff(chunks: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat([Buffer.from('WEBP'), ...chunks])
  const header = Buffer.from('RIFF\0\0\0\0')
  header.writeUInt32LE(body.length, 4)
  return Buffer.concat([header, body])
}

/** A lossy frame of 20 by 10. */
export const VP8_FRAME: Buffer = Buffer.from([0, 0, 0, 0x9d, 1, 0x2a, 20, 0, 10, 0, 7, 7, 7])
/** A lossless one of the same size. */
export const VP8L_FRAME: Buffer = Buffer.from([0x2f, 19, 0x40, 0x02, 0, 7, 7])

export function writeWebp(exif?: Uint8Array): Buffer {
  const canvas = Buffer.from([0x2e, 0, 0, 0, 19, 0, 0, 9, 0, 0])
  const frame = Buffer.concat([
    Buffer.alloc(16, 5),
    writeRiffChunk('ALPH', Buffer.from([1, 2, 3])),
    writeRiffChunk('VP8 ', VP8_FRAME),
    writeRiffChunk('XXXX', secret),
  ])
  return Buffer.concat([
    writeRiff([
      writeRiffChunk('VP8X', canvas),
      writeRiffChunk('ICCP', Buffer.from('profile')),
      writeRiffChunk('ANIM', Buffer.alloc(6)),
      writeRiffChunk('ANMF', frame),
      ...(exif === undefined ? [] : [writeRiffChunk('EXIF', exif)]),
      writeRiffChunk('XMP ', secret),
      writeRiffChunk('ABCD', secret),
    ]),
    secret,
  ])
}

function writeBlocks(data: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([data.length]), data, Buffer.from([0])])
}

export function writeGif(): Buffer {
  const loop = Buffer.concat([Buffer.from([3, 1, 5, 0]), writeBlocks(secret)])
  return Buffer.concat([
    Buffer.from('GIF89a'),
    Buffer.from([7, 0, 9, 0, 0x80, 0, 0]),
    Buffer.from([0, 0, 0, 0xff, 0xff, 0xff]),
    Buffer.from([0x21, 0xff, 11]),
    Buffer.from('NETSCAPE2.0'),
    loop,
    Buffer.from([0x21, 0xff, 11]),
    Buffer.from('XMP DataXMP'),
    writeBlocks(secret),
    Buffer.from([0x21, 0xfe]),
    writeBlocks(secret),
    Buffer.from([0x21, 0xf9, 4, 0, 0, 0, 0, 0]),
    Buffer.from([0x2c, 0, 0, 0, 0, 7, 0, 9, 0, 0x80, 1, 2, 3, 4, 5, 6, 2, 2, 0x4c, 1, 0]),
    Buffer.from([0x21, 0x01]),
    writeBlocks(secret),
    Buffer.from([0x3b]),
    secret,
  ])
}
