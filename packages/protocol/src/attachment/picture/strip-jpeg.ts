/**
 * JPEG (ITU-T T.81 annex B) without what its maker added (spec 13 §5.1).
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
} from './picture.ts'

const MARK = 0xff
const START = 0xd8
const END = 0xd9
const SCAN = 0xda
const APP0 = 0xe0
const APP1 = 0xe1
const APP2 = 0xe2
const APP14 = 0xee
/** Version, density and no thumbnail: what a JFIF segment has at least, with its name. */
const JFIF_BYTES = 14
const ADOBE_BYTES = 12
/** Tables that share the numbers of frame headers. */
const NO_FRAMES: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc])

interface Segment {
  readonly marker: number
  readonly payload: Uint8Array
  /** Behind the header of a scan. */
  readonly data: Uint8Array
  readonly end: number
}

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === MARK && bytes[1] === START && bytes[2] === MARK
}

export function stripJpeg(bytes: Uint8Array): PictureParts | undefined {
  const segments = readSegments(bytes)
  const frame = segments?.find(({ marker }) => isFrame(marker))
  if (segments === undefined || frame === undefined) return undefined
  const reader = new ByteReader(frame.payload, 'big')
  const [height, width] = [reader.uint16(1), reader.uint16(3)]
  if (height === undefined || width === undefined) return undefined
  const orientation = findOrientation(segments)
  const kept = segments.flatMap((segment) => {
    const payload = keepPayload(segment)
    return payload === undefined ? [] : [{ ...segment, payload }]
  })
  return { width, height, orientation, bytes: writeSegments(kept, orientation) }
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && !NO_FRAMES.has(marker)
}

function findOrientation(segments: readonly Segment[]): Orientation {
  const exif = segments.find(
    ({ marker, payload }) => marker === APP1 && hasText(payload, 0, 'Exif\0'),
  )
  return exif === undefined ? 1 : readOrientation(exif.payload)
}

/** What decoding needs, and how colours are meant. */
function keepPayload({ marker, payload }: Segment): Uint8Array | undefined {
  switch (marker) {
    case APP0:
      return hasText(payload, 0, 'JFIF\0') ? withoutThumbnail(payload) : undefined
    case APP2:
      return hasText(payload, 0, 'ICC_PROFILE\0') ? payload : undefined
    case APP14:
      return hasText(payload, 0, 'Adobe') ? payload.subarray(0, ADOBE_BYTES) : undefined
    default:
      return marker >= 0xc0 && marker <= 0xdf ? payload : undefined
  }
}

function withoutThumbnail(payload: Uint8Array): Uint8Array | undefined {
  if (payload.length < JFIF_BYTES) return undefined
  const kept = payload.slice(0, JFIF_BYTES)
  kept.fill(0, JFIF_BYTES - 2)
  return kept
}

/** `undefined` unless the picture comes to its end; what stands behind that is passed over. */
function readSegments(bytes: Uint8Array): readonly Segment[] | undefined {
  const segments: Segment[] = []
  let offset = 2
  while (segments.length < PICTURE_PARTS_MAX) {
    if (bytes[offset] !== MARK) return undefined
    // Any number of fill bytes may stand before a marker.
    while (bytes[offset + 1] === MARK) offset++
    if (bytes[offset + 1] === END) return segments
    const segment = readSegment(bytes, offset)
    if (segment === undefined) return undefined
    segments.push(segment)
    offset = segment.end
  }
  return undefined
}

function readSegment(bytes: Uint8Array, offset: number): Segment | undefined {
  const marker = bytes[offset + 1] ?? 0
  const length = new ByteReader(bytes, 'big').uint16(offset + 2) ?? 0
  const dataStart = offset + 2 + length
  // Markers without a length stand only inside scans.
  if (marker < 0xc0 || (marker >= 0xd0 && marker <= START)) return undefined
  if (length < 2 || dataStart > bytes.length) return undefined
  const end = marker === SCAN ? findScanEnd(bytes, dataStart) : dataStart
  const payload = bytes.subarray(offset + 4, dataStart)
  return { marker, payload, data: bytes.subarray(dataStart, end), end }
}

/** A marker that is neither a stuffed zero nor a restart ends a scan. */
function findScanEnd(bytes: Uint8Array, start: number): number {
  let offset = start
  while (offset < bytes.length) {
    const mark = bytes.indexOf(MARK, offset)
    if (mark < 0) return bytes.length
    const next = bytes[mark + 1] ?? 0
    const isInside = next === 0 || (next >= 0xd0 && next <= 0xd7)
    if (!isInside) return mark
    offset = mark + 2
  }
  return bytes.length
}

function writeSegments(segments: readonly Segment[], orientation: Orientation): Uint8Array {
  const parts = segments.map(writeSegment)
  const exif = Uint8Array.of(0x45, 0x78, 0x69, 0x66, 0, 0, ...encodeOrientation(orientation))
  const turned = orientation === 1 ? [] : [writeSegment({ marker: APP1, payload: exif })]
  const jfif = segments.findLastIndex(({ marker }) => marker === APP0) === 0 ? 1 : 0
  return concatBytes([
    Uint8Array.of(MARK, START),
    ...parts.slice(0, jfif),
    ...turned,
    ...parts.slice(jfif),
    Uint8Array.of(MARK, END),
  ])
}

function writeSegment(segment: Pick<Segment, 'marker' | 'payload'> & Partial<Segment>): Uint8Array {
  const { marker, payload, data } = segment
  const length = payload.length + 2
  const header = Uint8Array.of(MARK, marker, length >> 8, length & 0xff)
  return concatBytes([header, payload, ...(data === undefined ? [] : [data])])
}
