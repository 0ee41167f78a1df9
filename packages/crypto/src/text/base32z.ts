/**
 * z-base-32, the alphabet of `.snode` addresses. Only written, never read, by this package: 5
 * bits a character, most significant first, the last character filled with zero bits.
 *
 * @module
 */

const ALPHABET = 'ybndrfg8ejkmcpqxot1uwisza345h769'
const BITS_PER_CHARACTER = 5

export function encodeBase32z(bytes: Uint8Array): string {
  let text = ''
  let buffer = 0
  let bits = 0
  for (const byte of bytes) {
    buffer = ((buffer << 8) | byte) & 0xffff
    bits += 8
    while (bits >= BITS_PER_CHARACTER) {
      bits -= BITS_PER_CHARACTER
      text += ALPHABET.charAt((buffer >> bits) & 31)
    }
  }
  return bits === 0 ? text : text + ALPHABET.charAt((buffer << (BITS_PER_CHARACTER - bits)) & 31)
}
