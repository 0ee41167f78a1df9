/**
 * How large a sealed file is, and how much padding that takes (spec 13 §2.3). Whole numbers only: every client must come
 * to the same size.
 *
 * @module
 */

/** Spec 13 §2.2. Plaintext in one chunk. */
export const FILE_CHUNK_BYTES = 32_768
/** Spec 13 §2.2. What a chunk grows by: its tag, encrypted, and 16 bytes of authentication. */
export const CHUNK_OVERHEAD_BYTES = 17
/** Spec 13 §2.2. The letter S and the stream's header. */
export const FILE_PREFIX_BYTES = 25
/** Spec 13 §2.4. The largest file that a file server takes. */
export const SEALED_FILE_BYTES_MAX = 10_223_616
/** Spec 13 §2.4. The largest content that fits into it. */
export const FILE_CONTENT_BYTES_MAX = 10_218_286

const SEALED_CHUNK_BYTES: number = FILE_CHUNK_BYTES + CHUNK_OVERHEAD_BYTES
const GRADED_BYTES_MIN = 131_072
const GRADES = 32

export interface FileSize {
  /** Of everything that is uploaded. */
  readonly sealedBytes: number
  /** What stands before the content, its end mark included; at least 1. */
  readonly paddingBytes: number
}

/** Throws beyond the largest content, which a caller asks about before. */
export function measureFile(contentBytes: number): FileSize {
  if (
    !Number.isInteger(contentBytes) ||
    contentBytes < 0 ||
    contentBytes > FILE_CONTENT_BYTES_MAX
  ) {
    throw new RangeError('no length of a file')
  }
  const chunks = Math.ceil(contentBytes / FILE_CHUNK_BYTES)
  const leastBytes = FILE_PREFIX_BYTES + contentBytes + 1 + CHUNK_OVERHEAD_BYTES * chunks
  const unit = largestPowerOfTwo(Math.max(leastBytes, GRADED_BYTES_MIN)) / GRADES
  const sealedBytes = Math.ceil(leastBytes / unit) * unit
  // The rest of the sealed size is chunks, whose number says how much of it is plaintext.
  const bodyBytes = sealedBytes - FILE_PREFIX_BYTES
  const sealedChunks = Math.ceil(bodyBytes / SEALED_CHUNK_BYTES)
  const plaintextBytes = bodyBytes - CHUNK_OVERHEAD_BYTES * sealedChunks
  return { sealedBytes, paddingBytes: plaintextBytes - contentBytes }
}

/** The largest power of two that is not above `value`, without the rounding of a logarithm. */
function largestPowerOfTwo(value: number): number {
  let power = 1
  while (2 * power <= value) power *= 2
  return power
}
