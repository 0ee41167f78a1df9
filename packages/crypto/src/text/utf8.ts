/**
 * UTF-8 through the runtime's own codecs, in the strict reading: malformed input is refused
 * instead of repaired, and a byte-order mark is data. A repairing decoder would map many byte
 * strings to one text, and a signature over the text would then cover bytes that nobody signed.
 *
 * @module
 */
import { platform } from '../platform.ts'

const encoder = new platform.TextEncoder()
const decoder = new platform.TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A lone surrogate has no UTF-8 form and becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  return encoder.encode(text)
}

export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}
