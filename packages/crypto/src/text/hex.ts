/**
 * Hexadecimal by tables, for runtimes without `Uint8Array.prototype.toHex`, and with it where
 * it exists. Writes lower case, reads both cases, refuses everything else.
 *
 * @module
 */

const DIGITS = '0123456789abcdef'
const NOT_A_DIGIT = 0xff

const PAIRS: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => DIGITS.charAt(byte >> 4) + DIGITS.charAt(byte & 15),
)

const VALUES: Uint8Array = new Uint8Array(256).fill(NOT_A_DIGIT)
for (let value = 0; value < DIGITS.length; value++) {
  VALUES[DIGITS.charCodeAt(value)] = value
  VALUES[DIGITS.toUpperCase().charCodeAt(value)] = value
}

interface HexCapable {
  toHex?: () => string
}

export function encodeHex(bytes: Uint8Array & HexCapable): string {
  if (typeof bytes.toHex === 'function') return bytes.toHex()
  let text = ''
  for (const byte of bytes) text += PAIRS[byte]
  return text
}

export function decodeHex(text: string): Uint8Array | undefined {
  if (text.length % 2 !== 0) return undefined
  const bytes = new Uint8Array(text.length / 2)
  // Faults are collected and judged once: the loop has one branch that depends on the input,
  // for code units that are no table index. Without it U+0130 would pass as "0", and two texts
  // would name one account.
  let fault = 0
  for (let index = 0; index < bytes.length; index++) {
    const high = VALUES[text.charCodeAt(2 * index)] ?? NOT_A_DIGIT
    const low = VALUES[text.charCodeAt(2 * index + 1)] ?? NOT_A_DIGIT
    fault |= high | low
    bytes[index] = (high << 4) | low
  }
  return fault > 15 ? undefined : bytes
}
