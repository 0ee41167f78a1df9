/**
 * Byte strings as text with one character a byte, like the keys of bt dicts: JavaScript compares, orders and hashes
 * such text as the format demands of bytes, and nobody can change it in place. UTF-8 is a matter of `views`.
 *
 * @module
 */

/** Arguments of one call; more overflow the stack of some engines. */
const CHUNK_BYTES = 8192

export function toByteText(bytes: Uint8Array): string {
  let text = ''
  for (let offset = 0; offset < bytes.length; offset += CHUNK_BYTES) {
    text += String.fromCharCode(...bytes.subarray(offset, offset + CHUNK_BYTES))
  }
  return text
}

/** Throws for a character that is no byte, which is a mistake of ours. */
export function fromByteText(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let index = 0; index < text.length; index++) {
    const character = text.charCodeAt(index)
    if (character > 0xff) throw new RangeError('a character beyond one byte')
    bytes[index] = character
  }
  return bytes
}
