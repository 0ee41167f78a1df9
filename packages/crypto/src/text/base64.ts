/**
 * Base64 of RFC 4648 §4 by tables. `decodeBase64Body` takes text whose padding was already
 * removed and checked (`bytes.ts` does so for every back end).
 *
 * @module
 */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const NOT_A_DIGIT = 0xff

const VALUES: Uint8Array = new Uint8Array(256).fill(NOT_A_DIGIT)
for (let value = 0; value < ALPHABET.length; value++) VALUES[ALPHABET.charCodeAt(value)] = value

/**
 * Four characters at a time would need a table of 16 M; two at a time halve the concatenations.
 */
const PAIRS: readonly string[] = Array.from(
  { length: 4096 },
  (_, bits) => ALPHABET.charAt(bits >> 6) + ALPHABET.charAt(bits & 63),
)

interface Base64Capable {
  toBase64?: () => string
}

export function encodeBase64(bytes: Uint8Array & Base64Capable): string {
  if (typeof bytes.toBase64 === 'function') return bytes.toBase64()
  let text = ''
  const whole = bytes.length - (bytes.length % 3)
  for (let index = 0; index < whole; index += 3) {
    const bits = (at(bytes, index) << 16) | (at(bytes, index + 1) << 8) | at(bytes, index + 2)
    text += (PAIRS[bits >> 12] ?? '') + (PAIRS[bits & 0xfff] ?? '')
  }
  return text + encodeTail(bytes, whole)
}

function encodeTail(bytes: Uint8Array, start: number): string {
  switch (bytes.length - start) {
    case 1:
      return `${PAIRS[at(bytes, start) << 4]}==`
    case 2: {
      const bits = (at(bytes, start) << 10) | (at(bytes, start + 1) << 2)
      return `${PAIRS[bits >> 6]}${ALPHABET.charAt(bits & 63)}=`
    }
    default:
      return ''
  }
}

export function decodeBase64Body(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let fault = 0
  let buffer = 0
  let bits = 0
  let length = 0
  for (let index = 0; index < text.length; index++) {
    const value = VALUES[text.charCodeAt(index)] ?? NOT_A_DIGIT
    fault |= value
    buffer = ((buffer << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = buffer >> bits
    }
  }
  // Bits that stand for no byte must be zero (RFC 4648 §3.5). If they were ignored, one
  // signature or message would have several texts, and whatever is compared or deduplicated as
  // text could be doubled by anyone.
  const stray = buffer & ((1 << bits) - 1)
  return fault > 63 || stray !== 0 ? undefined : bytes
}

function at(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0
}
