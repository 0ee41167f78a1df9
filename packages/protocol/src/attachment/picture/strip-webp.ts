/**
 * WebP (RFC 9649) without what its maker added (spec 13 §5.1).
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { encodeOrientation, readOrientation } from './exif-orientation.ts'
import {
  ByteReader,
  hasText,
  type Orientation,
  PICTURE_PARTS_MAX,
  type PictureParts,
  readText,
} from './picture.ts'

const FILE_HEADER_BYTES = 12
const CHUNK_HEADER_BYTES = 8
const FRAME_HEADER_BYTES = 16
const CANVAS_BYTES = 10
const FLAG_EXIF = 0x08
const FLAG_XMP = 0x04
/** Spec 13 §5.1. */
const KEPT: ReadonlySet<string> = new Set(['VP8X', 'VP8 ', 'VP8L', 'ALPH', 'ANIM', 'ANMF', 'ICCP'])
const KEPT_IN_FRAME: ReadonlySet<string> = new Set(['VP8 ', 'VP8L', 'ALPH'])

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
}

interface Size {
  readonly width: number
  readonly height: number
}

export function isWebp(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, 'RIFF') && hasText(bytes, 8, 'WEBP')
}

export function stripWebp(bytes: Uint8Array): PictureParts | undefined {
  const announced = new ByteReader(bytes, 'little').uint32(4) ?? 0
  if (announced + CHUNK_HEADER_BYTES > bytes.length) return undefined
  const end = announced + CHUNK_HEADER_BYTES
  const chunks = readChunks(bytes.subarray(FILE_HEADER_BYTES, end))
  const [first] = chunks ?? []
  const size = first && readSize(first)
  if (chunks === undefined || size === undefined) return undefined
  const exif = chunks.find(({ type }) => type === 'EXIF')
  // Only an extended file can say that it is turned.
  const orientation = exif === undefined || first?.type !== 'VP8X' ? 1 : readOrientation(exif.data)
  const kept = keepChunks(chunks, orientation)
  return kept === undefined ? undefined : { ...size, orientation, bytes: writeFile(kept) }
}

function readChunks(bytes: Uint8Array): readonly Chunk[] | undefined {
  const reader = new ByteReader(bytes, 'little')
  const chunks: Chunk[] = []
  let offset = 0
  while (offset < bytes.length) {
    const length = reader.uint32(offset + 4)
    const start = offset + CHUNK_HEADER_BYTES
    const isWhole = length !== undefined && start + length <= bytes.length
    if (!isWhole || chunks.length === PICTURE_PARTS_MAX) return undefined
    chunks.push({ type: readText(bytes, offset, 4), data: bytes.subarray(start, start + length) })
    offset = start + length + (length % 2)
  }
  return chunks
}

function readSize({ type, data }: Chunk): Size | undefined {
  const reader = new ByteReader(data, 'little')
  switch (type) {
    case 'VP8X': {
      const [width, height] = [readUint24(data, 4), readUint24(data, 7)]
      return data.length === CANVAS_BYTES ? { width: width + 1, height: height + 1 } : undefined
    }
    case 'VP8 ': {
      const [width, height] = [reader.uint16(6), reader.uint16(8)]
      if (width === undefined || height === undefined || !hasText(data, 3, '\x9d\x01\x2a'))
        return undefined
      return { width: width & 0x3fff, height: height & 0x3fff }
    }
    case 'VP8L': {
      const bits = reader.uint32(1)
      if (bits === undefined || data[0] !== 0x2f) return undefined
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    default:
      return undefined
  }
}

function readUint24(data: Uint8Array, offset: number): number {
  const [low = 0, middle = 0, high = 0] = data.subarray(offset, offset + 3)
  return low + middle * 0x100 + high * 0x10000
}

function keepChunks(chunks: readonly Chunk[], orientation: Orientation): Chunk[] | undefined {
  const kept: Chunk[] = []
  for (const chunk of chunks) {
    if (!KEPT.has(chunk.type)) continue
    const cleaned = cleanChunk(chunk, orientation)
    if (cleaned === undefined) return undefined
    kept.push(cleaned)
  }
  if (orientation !== 1) kept.push({ type: 'EXIF', data: encodeOrientation(orientation) })
  return kept
}

function cleanChunk(chunk: Chunk, orientation: Orientation): Chunk | undefined {
  const { type, data } = chunk
  if (type === 'ANMF') return cleanFrame(data)
  if (type !== 'VP8X') return chunk
  const cleaned = Uint8Array.from(data)
  const flags = (data[0] ?? 0) & ~(FLAG_EXIF | FLAG_XMP)
  cleaned[0] = orientation === 1 ? flags : flags | FLAG_EXIF
  return { type, data: cleaned }
}

/** A frame has chunks of its own, among which anything may stand. */
function cleanFrame(data: Uint8Array): Chunk | undefined {
  const inner = readChunks(data.subarray(FRAME_HEADER_BYTES))
  if (data.length < FRAME_HEADER_BYTES || inner === undefined) return undefined
  const kept = inner.filter(({ type }) => KEPT_IN_FRAME.has(type))
  return {
    type: 'ANMF',
    data: concatBytes([data.subarray(0, FRAME_HEADER_BYTES), ...kept.map(writeChunk)]),
  }
}

function writeFile(chunks: readonly Chunk[]): Uint8Array {
  const body = concatBytes(chunks.map(writeChunk))
  return concatBytes([encodeHeader('RIFF', body.length + 4), encodeText('WEBP'), body])
}

function writeChunk({ type, data }: Chunk): Uint8Array {
  return concatBytes([encodeHeader(type, data.length), data, new Uint8Array(data.length % 2)])
}

function encodeHeader(type: string, length: number): Uint8Array {
  const header = new Uint8Array(CHUNK_HEADER_BYTES)
  header.set(encodeText(type))
  new DataView(header.buffer).setUint32(4, length, true)
  return header
}

function encodeText(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0))
}
