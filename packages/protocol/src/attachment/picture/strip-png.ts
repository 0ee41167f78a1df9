/**
 * PNG (W3C PNG third edition) without what its maker added (spec 13 §5.1).
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { encodeOrientation, readOrientation } from './exif-orientation.ts'
import {
  ByteReader,
  type Orientation,
  PICTURE_PARTS_MAX,
  type PictureParts,
  readText,
} from './picture.ts'

const SIGN: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Length, type and checksum. */
const CHUNK_OVERHEAD_BYTES = 12
const HEADER_BYTES = 13
/** Spec 13 §5.1. Pixels, their colours, their size on paper, and animation. */
const KEPT: ReadonlySet<string> = new Set([
  'IHDR',
  'PLTE',
  'IDAT',
  'IEND',
  'tRNS',
  'cHRM',
  'gAMA',
  'iCCP',
  'sBIT',
  'sRGB',
  'cICP',
  'pHYs',
  'acTL',
  'fcTL',
  'fdAT',
])

interface Chunk {
  readonly type: string
  readonly data: Uint8Array
  /** With length and checksum. */
  readonly whole: Uint8Array
}

export function isPng(bytes: Uint8Array): boolean {
  return SIGN.every((byte, index) => bytes[index] === byte)
}

export function stripPng(bytes: Uint8Array): PictureParts | undefined {
  const chunks = readChunks(bytes)
  const [header] = chunks ?? []
  if (chunks?.some(({ type }) => type === 'IDAT') !== true) return undefined
  if (header?.type !== 'IHDR' || header.data.length !== HEADER_BYTES) {
    return undefined
  }
  const reader = new ByteReader(header.data, 'big')
  const exif = chunks.find(({ type }) => type === 'eXIf')
  const orientation = exif === undefined ? 1 : readOrientation(exif.data)
  return {
    width: reader.uint32(0) ?? 0,
    height: reader.uint32(4) ?? 0,
    orientation,
    bytes: writeChunks(chunks, orientation),
  }
}

/** `undefined` unless the picture comes to its end; what stands behind that is passed over. */
function readChunks(bytes: Uint8Array): readonly Chunk[] | undefined {
  const reader = new ByteReader(bytes, 'big')
  const chunks: Chunk[] = []
  let offset = SIGN.length
  while (chunks.length < PICTURE_PARTS_MAX) {
    const length = reader.uint32(offset)
    const end = offset + CHUNK_OVERHEAD_BYTES + (length ?? 0)
    if (length === undefined || end > bytes.length) return undefined
    const type = readText(bytes, offset + 4, 4)
    const data = bytes.subarray(offset + 8, end - 4)
    chunks.push({ type, data, whole: bytes.subarray(offset, end) })
    if (type === 'IEND') return chunks
    offset = end
  }
  return undefined
}

function writeChunks(chunks: readonly Chunk[], orientation: Orientation): Uint8Array {
  const kept = chunks.filter(({ type }) => KEPT.has(type))
  const parts = kept.map(({ whole }) => whole)
  if (orientation !== 1) {
    const firstData = kept.findIndex(({ type }) => type === 'IDAT')
    parts.splice(firstData, 0, encodeChunk('eXIf', encodeOrientation(orientation)))
  }
  return concatBytes([Uint8Array.from(SIGN), ...parts])
}

function encodeChunk(type: string, data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(data.length + CHUNK_OVERHEAD_BYTES)
  const view = new DataView(chunk.buffer)
  view.setUint32(0, data.length)
  for (let index = 0; index < type.length; index++) chunk[4 + index] = type.charCodeAt(index)
  chunk.set(data, 8)
  view.setUint32(8 + data.length, checksum(chunk.subarray(4, 8 + data.length)))
  return chunk
}

/** CRC-32, bit by bit: it is only ever taken over one small chunk. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
