/**
 * Byte strings and their text forms. Every function is total: decoders give `undefined` for
 * what they refuse. Text codecs come from the back end, because they are on the path of every
 * request; what is strict about them is decided here or tested for both.
 *
 * @module
 */
import { backend } from '#backend'
import { encodeBase32z } from './text/base32z.ts'

export { encodeBase32z }

const UINT32_BYTES = 4

/** Fresh memory, also for one part: the caller may wipe or change it. */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const joined = new Uint8Array(length)
  let offset = 0
  for (const part of parts) {
    joined.set(part, offset)
    offset += part.length
  }
  return joined
}

/**
 * Compares in a time that depends on the lengths only. With an early exit, someone who can send
 * guesses and time the answer finds a tag or a token one byte at a time. (A JavaScript engine
 * promises no timing; this is the best form.)
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let index = 0; index < a.length; index++) {
    difference |= (a[index] ?? 0) ^ (b[index] ?? 0)
  }
  return difference === 0
}

/**
 * Overwrites secrets that are no longer needed. Copies that the engine made are out of reach
 * (threat model).
 */
export function wipeBytes(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}

/** Lower case. */
export function encodeHex(bytes: Uint8Array): string {
  return backend.encodeHex(bytes)
}

/** Both cases; nothing but digits, and an even number of them (spec 01 §6.2). */
export function decodeHex(text: string): Uint8Array | undefined {
  return backend.decodeHex(text)
}

export function encodeBase64(
  bytes: Uint8Array,
  options: { readonly padding?: boolean } = {},
): string {
  const text = backend.encodeBase64(bytes)
  return options.padding === false ? text.slice(0, Math.ceil((bytes.length * 4) / 3)) : text
}

/**
 * Standard alphabet. Padding may be there or not, as the network's clients differ, but if it is
 * there it must be whole.
 */
export function decodeBase64(text: string): Uint8Array | undefined {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (padding > 0 && text.length % 4 !== 0) return undefined
  const body = padding > 0 ? text.slice(0, -padding) : text
  // 4n + 1 characters carry 6 stray bits and no byte: no encoder writes that.
  return body.length % 4 === 1 ? undefined : backend.decodeBase64(body)
}

export function encodeUtf8(text: string): Uint8Array {
  return backend.encodeUtf8(text)
}

/**
 * Strict: nothing is repaired. A node that repaired text before it checked a signature over it
 * would accept requests that the signer never made (spec 01 §6.2).
 */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  return backend.decodeUtf8(bytes)
}

/**
 * Nothing outside the bounds: lengths in frames are a stranger's, and reading beyond a view would
 * show the memory beside it.
 */
export function readUint32LittleEndian(bytes: Uint8Array, offset: number): number | undefined {
  if (!Number.isInteger(offset) || offset < 0 || offset + UINT32_BYTES > bytes.length) {
    return undefined
  }
  return new DataView(bytes.buffer, bytes.byteOffset + offset, UINT32_BYTES).getUint32(0, true)
}

/** Throws for what is no unsigned 32-bit integer: a length that does not fit is our mistake. */
export function encodeUint32LittleEndian(value: number): Uint8Array {
  if (value >>> 0 !== value) throw new RangeError('not an unsigned 32-bit integer')
  return Uint8Array.of(value, value >>> 8, value >>> 16, value >>> 24)
}
