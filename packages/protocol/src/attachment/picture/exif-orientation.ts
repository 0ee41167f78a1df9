/**
 * The one field of Exif that a picture needs: how it is to be turned (spec 13 §5.1). All others are left behind.
 *
 * @module
 */

import { ByteReader, hasText, type Orientation } from './picture.ts'

const TIFF_SIGN = 42
const ORIENTATION_TAG = 0x0112
const SHORT_TYPE = 3
const ENTRY_BYTES = 12
/** Some writers put it in front where the format has none. */
const EXIF_PREFIX = 'Exif\0\0'

const ORIENTATIONS: readonly Orientation[] = [1, 2, 3, 4, 5, 6, 7, 8]

/** 1 for what is no Exif, or says nothing of it. */
export function readOrientation(exif: Uint8Array): Orientation {
  const tiff = hasText(exif, 0, EXIF_PREFIX) ? exif.subarray(EXIF_PREFIX.length) : exif
  const order = hasText(tiff, 0, 'II') ? 'little' : 'big'
  const reader = new ByteReader(tiff, order)
  if (order === 'big' && !hasText(tiff, 0, 'MM')) return 1
  const directory = reader.uint32(4)
  if (reader.uint16(2) !== TIFF_SIGN || directory === undefined) return 1
  const count = reader.uint16(directory) ?? 0
  for (let index = 0; index < count; index++) {
    const entry = directory + 2 + index * ENTRY_BYTES
    const tag = reader.uint16(entry)
    if (tag === undefined) return 1
    if (tag === ORIENTATION_TAG) return readValue(reader, entry)
  }
  return 1
}

function readValue(reader: ByteReader, entry: number): Orientation {
  if (reader.uint16(entry + 2) !== SHORT_TYPE || reader.uint32(entry + 4) !== 1) return 1
  const value = reader.uint16(entry + 8)
  return ORIENTATIONS.find((orientation) => orientation === value) ?? 1
}

/** Exif with this field alone: 26 bytes, big-endian. */
export function encodeOrientation(orientation: Orientation): Uint8Array {
  const header = [0x4d, 0x4d, 0, TIFF_SIGN, 0, 0, 0, 8]
  const entry = [0x01, 0x12, 0, SHORT_TYPE, 0, 0, 0, 1, 0, orientation, 0, 0]
  return Uint8Array.of(...header, 0, 1, ...entry, 0, 0, 0, 0)
}

/** Turned by a quarter, width and height change places. */
export function isTurned(orientation: Orientation): boolean {
  return orientation >= 5
}
