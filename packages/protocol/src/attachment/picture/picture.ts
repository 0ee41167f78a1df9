/**
 * What is known of a picture after its parts were told apart (spec 13 §5), and the numbers in its bytes.
 *
 * @module
 */

export type PictureFormat = 'jpeg' | 'png' | 'webp' | 'gif'

/** How a picture is to be turned, as Exif numbers it; 1 is as it is. */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** Spec 13 §5.2. Keeps the memory for a stranger's file in proportion to it. */
export const PICTURE_PARTS_MAX = 65_536

export interface PictureParts {
  /** As stored, not yet turned. */
  readonly width: number
  readonly height: number
  readonly orientation: Orientation
  /** What stays of the picture. */
  readonly bytes: Uint8Array
}

/** Reads numbers of a stranger's file: beyond the end there is nothing. */
export class ByteReader {
  readonly #view: DataView
  readonly #isLittleEndian: boolean

  constructor(bytes: Uint8Array, byteOrder: 'little' | 'big') {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
    this.#isLittleEndian = byteOrder === 'little'
  }

  uint16(offset: number): number | undefined {
    if (offset + 2 > this.#view.byteLength) return undefined
    return this.#view.getUint16(offset, this.#isLittleEndian)
  }

  uint32(offset: number): number | undefined {
    if (offset + 4 > this.#view.byteLength) return undefined
    return this.#view.getUint32(offset, this.#isLittleEndian)
  }
}

/** Whether ASCII text stands there. */
export function hasText(bytes: Uint8Array, offset: number, text: string): boolean {
  return readText(bytes, offset, text.length) === text
}

/** One character a byte; shorter at the end. */
export function readText(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length))
}
