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
/** Spec 11 §3.2. RFC 8878 §3.1.1.1.2 asks decoders for no more. */
const WINDOW_BYTES_MAX = 8 * 1024 * 1024

/**
 * Decompresses one frame of at most `lengthMax` bytes. The frame's own claims are read first (RFC 8878 §3.1.1.1): some
 * decoders take the memory that a frame announces before they read it.
 */
export function decompressFrame(
  compression: ConfigCompression,
  frame: Uint8Array,
  lengthMax: number,
): Uint8Array | undefined {
  const length = readContentSize(frame)
  if (length === undefined || length > lengthMax) return undefined
  const bytes = compression.decompress(frame, length)
  return bytes?.length === length ? bytes : undefined
}

/** `undefined` also for a frame that needs a dictionary or a large window, or is silent about its size. */
function readContentSize(frame: Uint8Array): number | undefined {
  const descriptor = frame[DESCRIPTOR_OFFSET]
  if (readUint32LittleEndian(frame, 0) !== MAGIC || descriptor === undefined) return undefined
  const isSingleSegment = (descriptor & 0x20) !== 0
  const hasReservedBit = (descriptor & 0x08) !== 0
  const hasDictionary = (descriptor & 0x03) !== 0
  if (hasReservedBit || hasDictionary) return undefined
  let offset = DESCRIPTOR_OFFSET + 1
  if (!isSingleSegment && !isWindowSmall(frame[offset++])) return undefined
  return readSizeField(frame, offset, { flag: descriptor >> 6, isSingleSegment })
}

function isWindowSmall(descriptor: number | undefined): boolean {
  if (descriptor === undefined) return false
  const base = 2 ** (10 + (descriptor >> 3))
  return base + (base / 8) * (descriptor & 7) <= WINDOW_BYTES_MAX
}

function readSizeField(
  frame: Uint8Array,
  offset: number,
  { flag, isSingleSegment }: { readonly flag: number; readonly isSingleSegment: boolean },
): number | undefined {
  const [low, high] = [frame[offset], frame[offset + 1]]
  switch (flag) {
    case 0:
      return isSingleSegment ? low : undefined
    case 1:
      return low === undefined || high === undefined ? undefined : low + high * 0x100 + 0x100
    case 2:
      return readUint32LittleEndian(frame, offset)
    default:
      // Eight bytes state what is always too much.
      return undefined
  }
}
