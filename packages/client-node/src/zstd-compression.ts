/**
 * The compression port by Node's own Zstandard.
 *
 * @module
 */
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import type { ConfigCompression } from '@sotto/protocol/config'

const LEVEL = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

export const zstdCompression: Required<ConfigCompression> = {
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
