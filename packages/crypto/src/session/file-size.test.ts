import { describe, expect, test } from 'vitest'
import {
  CHUNK_OVERHEAD_BYTES,
  FILE_CHUNK_BYTES,
  FILE_CONTENT_BYTES_MAX,
  FILE_PREFIX_BYTES,
  SEALED_FILE_BYTES_MAX,
  measureFile,
} from './file-size.ts'

/** As other clients publish them: content, sealed file. */
const PUBLISHED: readonly (readonly [number, number])[] = [
  [0, 4096],
  [1, 4096],
  [2, 4096],
  [10, 4096],
  [100, 4096],
  [1000, 4096],
  [2000, 4096],
  [4000, 4096],
  [4053, 4096],
  [4054, 8192],
  [8149, 8192],
  [8150, 12_288],
  [33_333, 36_864],
  [60_000, 61_440],
  [261_982, 262_144],
  [261_983, 270_336],
  [523_990, 524_288],
  [523_991, 540_672],
  [6_543_210, 6_553_600],
  [10_000_000, 10_223_616],
  [FILE_CONTENT_BYTES_MAX, SEALED_FILE_BYTES_MAX],
]

/** What the stream makes of so much plaintext, counted. */
function countSealed(plaintextBytes: number): number {
  const chunks = Math.ceil(plaintextBytes / FILE_CHUNK_BYTES)
  return FILE_PREFIX_BYTES + plaintextBytes + CHUNK_OVERHEAD_BYTES * chunks
}

/** The rule as other clients compute it, with its correction for chunks that are padding alone. */
function measureOtherwise(contentBytes: number): { sealedBytes: number; paddingBytes: number } {
  const chunks = Math.ceil(contentBytes / 32_768)
  const least = contentBytes + 26 + 17 * chunks
  const unit = 2 ** (Math.floor(Math.log2(Math.max(least, 131_072))) - 5)
  const sealedBytes = Math.ceil(least / unit) * unit
  const padding = sealedBytes - least + 1
  const free = chunks * 32_768 - contentBytes
  const further = 17 * Math.floor(padding / 32_785) + (padding % 32_785 > free ? 17 : 0)
  return { sealedBytes, paddingBytes: padding - further }
}

describe('measureFile', () => {
  test.each(PUBLISHED)('it makes of %i bytes a file of %i', (contentBytes, sealedBytes) => {
    expect(measureFile(contentBytes).sealedBytes).toBe(sealedBytes)
  })

  test('it leaves room for exactly the chunks that the file takes, and for the end mark', () => {
    const faults: number[] = []
    // Every length where sizes are fine, then steps that meet no rhythm of chunks.
    for (let length = 0; length <= FILE_CONTENT_BYTES_MAX; length += length < 300_000 ? 1 : 97) {
      const { sealedBytes, paddingBytes } = measureFile(length)
      const other = measureOtherwise(length)
      const isRight =
        paddingBytes >= 1 &&
        countSealed(paddingBytes + length) === sealedBytes &&
        other.sealedBytes === sealedBytes &&
        other.paddingBytes === paddingBytes
      if (!isRight) faults.push(length)
    }
    expect(faults).toEqual([])
  })

  test('it has at most 32 sizes between one power of two and the next', () => {
    const sizes = new Set<number>()
    for (let length = 131_072; length < 262_144; length += 256)
      sizes.add(measureFile(length).sealedBytes)
    expect(sizes.size).toBeLessThanOrEqual(33)
  })

  test.each([-1, 1.5, Number.NaN, FILE_CONTENT_BYTES_MAX + 1])(
    'it throws for a length of %d, which is our own mistake',
    (length) => {
      expect(() => measureFile(length)).toThrow(RangeError)
    },
  )
})
