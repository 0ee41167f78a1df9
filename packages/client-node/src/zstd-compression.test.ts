/** Zstandard as configurations need it: both ways, and never more than was asked for (zip bombs). */
import { describe, expect, it } from 'vitest'
import { zstdCompression } from './zstd-compression.ts'

const ZEROS = new Uint8Array(1_000_000)

describe('zstdCompression', () => {
  it('gives back what it compressed', () => {
    const frame = zstdCompression.compress(ZEROS)
    expect(frame.length).toBeLessThan(1000)
    expect(zstdCompression.decompress(frame, ZEROS.length)).toEqual(ZEROS)
  })

  it('gives nothing for a frame that holds more than is allowed', () => {
    const frame = zstdCompression.compress(ZEROS)
    expect(zstdCompression.decompress(frame, ZEROS.length - 1)).toBeUndefined()
  })

  it.each([[[]], [[1, 2, 3]], [[0x28, 0xb5, 0x2f, 0xfd]]])('gives nothing for %j', (bytes) => {
    expect(zstdCompression.decompress(Uint8Array.from(bytes), 1000)).toBeUndefined()
  })
})
