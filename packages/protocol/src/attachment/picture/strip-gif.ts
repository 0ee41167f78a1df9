/**
 * GIF (version 89a) without what its maker added (spec 13 §5.1).
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { ByteReader, hasText, PICTURE_PARTS_MAX, type PictureParts } from './picture.ts'

const SCREEN_END = 13
const EXTENSION = 0x21
const PICTURE = 0x2c
const TRAILER = 0x3b
const GRAPHIC_CONTROL = 0xf9
const APPLICATION = 0xff
const PICTURE_HEADER_BYTES = 10
const LOOP_APPLICATIONS: readonly string[] = ['NETSCAPE2.0', 'ANIMEXTS1.0']
/** How often an animation is shown: 1 and a number. */
const LOOP_BYTES = 3
const LOOP_SIGN = 1

export function isGif(bytes: Uint8Array): boolean {
  return hasText(bytes, 0, 'GIF87a') || hasText(bytes, 0, 'GIF89a')
}

export function stripGif(bytes: Uint8Array): PictureParts | undefined {
  const reader = new ByteReader(bytes, 'little')
  const [width, height] = [reader.uint16(6), reader.uint16(8)]
  if (width === undefined || height === undefined || bytes.length < SCREEN_END) return undefined
  const start = SCREEN_END + countColourBytes(bytes[10])
  const parts = readParts(bytes, start)
  if (parts === undefined) return undefined
  const kept = concatBytes([bytes.subarray(0, start), ...parts, Uint8Array.of(TRAILER)])
  return { width, height, orientation: 1, bytes: kept }
}

function countColourBytes(flags = 0): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1)
}

/** `undefined` unless the picture comes to its end; what stands behind that is passed over. */
function readParts(bytes: Uint8Array, start: number): readonly Uint8Array[] | undefined {
  const parts: Uint8Array[] = []
  let offset = start
  while (bytes[offset] !== TRAILER) {
    const dataStart = findDataStart(bytes, offset)
    const end = dataStart === undefined ? undefined : findBlocksEnd(bytes, dataStart)
    const isFull = parts.length === PICTURE_PARTS_MAX
    if (dataStart === undefined || end === undefined || isFull) return undefined
    const kept = keepPart(bytes.subarray(offset, end))
    if (kept !== undefined) parts.push(kept)
    offset = end
  }
  return parts
}

/** Where the blocks of an extension or a picture begin. */
function findDataStart(bytes: Uint8Array, offset: number): number | undefined {
  switch (bytes[offset]) {
    case EXTENSION:
      return offset + 2
    case PICTURE:
      // Behind the colours stands one byte for the decoder.
      return offset + PICTURE_HEADER_BYTES + countColourBytes(bytes[offset + 9]) + 1
    default:
      return undefined
  }
}

/** Each block says its length; an empty one is the last. */
function findBlocksEnd(bytes: Uint8Array, start: number): number | undefined {
  let offset = start
  for (;;) {
    const length = bytes[offset]
    if (length === undefined) return undefined
    offset += 1 + length
    if (length === 0) return offset
  }
}

function keepPart(part: Uint8Array): Uint8Array | undefined {
  if (part[0] === PICTURE) return part
  if (part[1] === GRAPHIC_CONTROL) return part
  if (part[1] !== APPLICATION) return undefined
  const isLoop = LOOP_APPLICATIONS.some((name) => part[2] === name.length && hasText(part, 3, name))
  return isLoop ? keepLoop(part) : undefined
}

/** Its number alone: anything else could stand in further blocks. */
function keepLoop(part: Uint8Array): Uint8Array | undefined {
  const start = 3 + (part[2] ?? 0)
  const isNumber = part[start] === LOOP_BYTES && part[start + 1] === LOOP_SIGN
  return isNumber
    ? concatBytes([part.subarray(0, start + 1 + LOOP_BYTES), new Uint8Array(1)])
    : undefined
}
