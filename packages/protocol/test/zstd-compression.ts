/**
 * The compression port by Node's own Zstandard (libzstd 1.5), for tests and vectors.
 *
 * @module
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { ConfigCompression } from '../src/config/index.ts'

const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export const zstdCompression: ConfigCompression = {
  compress: (bytes) =>
    Uint8Array.from(zstdCompressSync(bytes, { ...LEVEL, pledgedSrcSize: bytes.length })),
  decompress(frame, lengthMax) {
    try {
      const bytes = zstdDecompressSync(frame, { maxOutputLength: Math.max(1, lengthMax) })
      return Uint8Array.from(bytes)
    } catch {
      return undefined
    }
  },
}
