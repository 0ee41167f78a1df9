/**
 * CRC-32 as in zlib (polynomial edb88320, reflected), for the last word of a recovery phrase.
 * It finds slips of the pen; it protects against nobody.
 *
 * @module
 */

const POLYNOMIAL = 0xedb88320

export function computeCrc32(bytes: Uint8Array): number {
  let remainder = 0xffffffff
  for (const byte of bytes) {
    remainder ^= byte
    for (let bit = 0; bit < 8; bit++) {
      remainder = (remainder >>> 1) ^ (POLYNOMIAL & -(remainder & 1))
    }
  }
  return ~remainder >>> 0
}
