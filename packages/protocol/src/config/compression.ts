/**
 * The port for Zstandard, and what is checked before it is asked (spec 11 §3.2). This package has no implementation
 * of its own: a runtime brings one, or a client chooses a library.
 *
 * @module
 */

import { readUint32LittleEndian } from '@sotto/crypto/bytes'

export interface ConfigCompression {
  /**
   * One Zstandard frame at level 1 that states its content size. A client without a compressor leaves it out and
   * writes uncompressed, which everybody reads.
   */
  readonly compress?: (bytes: Uint8Array) => Uint8Array
  /** Never throws; `undefined` for what is no frame, or gives more than `lengthMax` bytes. */
  readonly decompress: (frame: Uint8Array, lengthMax: number) => Uint8Array | undefined
}

const MAGIC = 0xfd2fb528
const DESCRIPTOR_OFFSET = 4
const DICTIONARY_OR_RESERVED = 0x0b
/** By the flag; the first depends on whether there is a window. */
const SIZE_FIELD_BYTES: readonly (number | undefined)[] = [undefined, 2, 4, 8]
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4
/** Spec 11 §3.2. RFC 8878 §3.1.1.1.2 asks decoders for no more. */
const WINDOW_BYTES_MAX = 8 * 1024 * 1024

/**
 * Decompresses one frame of at most `lengthMax` bytes. The frame's own claims are read first (RFC 8878 §3.1.1): some
 * decoders take the memory that a frame announces before they read it, and some pass over what stands behind it.
 */
export function decompressFrame(
  compression: ConfigCompression,
  frame: Uint8Array,
  lengthMax: number,
): Uint8Array | undefined {
  const header = readFrameHeader(frame)
  if (header === undefined || header.contentBytes > lengthMax) return undefined
  if (findFrameEnd(frame, header) !== frame.length) return undefined
  const bytes = compression.decompress(frame, header.contentBytes)
  return bytes?.length === header.contentBytes ? bytes : undefined
}

interface FrameHeader {
  readonly contentBytes: number
  readonly headerBytes: number
  readonly hasChecksum: boolean
}

/** `undefined` also for a frame that needs a dictionary or a large window, or is silent about its size. */
function readFrameHeader(frame: Uint8Array): FrameHeader | undefined {
  const descriptor = frame[DESCRIPTOR_OFFSET]
  if (readUint32LittleEndian(frame, 0) !== MAGIC || descriptor === undefined) return undefined
  const isSingleSegment = (descriptor & 0x20) !== 0
  if ((descriptor & DICTIONARY_OR_RESERVED) !== 0) return undefined
  let offset = DESCRIPTOR_OFFSET + 1
  if (!isSingleSegment && !isWindowSmall(frame[offset++])) return undefined
  const sizeBytes = SIZE_FIELD_BYTES[descriptor >> 6] ?? (isSingleSegment ? 1 : 0)
  const contentBytes = readSizeField(frame, offset, sizeBytes)
  if (contentBytes === undefined) return undefined
  const hasChecksum = (descriptor & 0x04) !== 0
  return { contentBytes, headerBytes: offset + sizeBytes, hasChecksum }
}

function isWindowSmall(descriptor: number | undefined): boolean {
  if (descriptor === undefined) return false
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7) <= WINDOW_BYTES_MAX
}

/** Eight bytes state what is always too much. */
function readSizeField(frame: Uint8Array, offset: number, sizeBytes: number): number | undefined {
  const [low, high] = [frame[offset], frame[offset + 1]]
  switch (sizeBytes) {
    case 1:
      return low
    case 2:
      return low === undefined || high === undefined ? undefined : low + high * 0x100 + 0x100
    case 4:
      return readUint32LittleEndian(frame, offset)
    default:
      return undefined
  }
}

/** Goes from block to block (RFC 8878 §3.1.1.2) without looking into them. */
function findFrameEnd(
  frame: Uint8Array,
  { headerBytes, hasChecksum }: FrameHeader,
): number | undefined {
  let offset = headerBytes
  let isLast = false
  while (!isLast) {
    const [low, middle, high] = frame.subarray(offset, offset + BLOCK_HEADER_BYTES)
    if (low === undefined || middle === undefined || high === undefined) return undefined
    const size = (low + middle * 0x100 + high * 0x10000) >> 3
    isLast = (low & 1) !== 0
    const isRepeated = ((low >> 1) & 3) === 1
    offset += BLOCK_HEADER_BYTES + (isRepeated ? 1 : size)
  }
  return hasChecksum ? offset + CHECKSUM_BYTES : offset
}
