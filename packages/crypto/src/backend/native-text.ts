/**
 * Hex, base64 and UTF-8 through Node's `Buffer`, whose decoders are fast and lenient: each
 * result is checked so that exactly the same texts are accepted as by the tables in `text/`.
 *
 * @module
 */
import { isUtf8 } from 'node:buffer'
import { decodeBase64Body as decodeShortBase64 } from '../text/base64.ts'
import { decodeHex as decodeShortHex } from '../text/hex.ts'
import { encodeUtf8 } from '../text/utf8.ts'
import type { TextCodecs } from './crypto-backend.ts'

/** Up to here (a key in hex is 64) the table is faster than the call into Node. */
const SHORT_HEX_CHARACTERS = 128
/** The same in base64, where a hash has 43 and a signature 86. */
const SHORT_BASE64_CHARACTERS = 128
const HEX_ONLY = /^[0-9a-fA-F]*$/

function wrap(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
}

function decodeHex(text: string): Uint8Array | undefined {
  if (text.length <= SHORT_HEX_CHARACTERS) return decodeShortHex(text)
  // `Buffer` reads only the low byte of each character, so that U+0130 would pass for "0".
  if (text.length % 2 !== 0 || !HEX_ONLY.test(text)) return undefined
  const bytes = new Uint8Array(text.length / 2)
  wrap(bytes).write(text, 'hex')
  return bytes
}

function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length <= SHORT_BASE64_CHARACTERS) return decodeShortBase64(text)
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  const buffer = wrap(bytes)
  buffer.write(text, 'base64')
  // Node skips what it does not know, takes the URL alphabet and drops stray bits. Writing the
  // text again and comparing is the whole strictness, at the speed of two vectorised passes.
  const again = buffer.toString('base64')
  return again.length - text.length < 3 && again.startsWith(text) ? bytes : undefined
}

export const nativeText: TextCodecs = {
  encodeHex: (bytes) => wrap(bytes).toString('hex'),
  decodeHex,
  encodeBase64: (bytes) => wrap(bytes).toString('base64'),
  decodeBase64,
  encodeUtf8,
  decodeUtf8: (bytes) => (isUtf8(bytes) ? wrap(bytes).toString('utf8') : undefined),
}
