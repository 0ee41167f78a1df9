/**
 * `@sotto/crypto/xchacha`: XChaCha20 with and without Poly1305, for keys that a protocol derives itself (spec 12 §1.3).
 * Where such a key comes from, and that it is used once, is the caller's to ensure.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from './assert-length.ts'

export const XCHACHA_KEY_BYTES = 32
export const XCHACHA_NONCE_BYTES = 24
export const XCHACHA_TAG_BYTES = 16

export interface XChaChaKey {
  readonly key: Uint8Array
  readonly nonce: Uint8Array
}

/** The text with its tag behind it. Throws for a key or nonce of another length, which is a mistake of ours. */
export function sealXChaCha(keys: XChaChaKey, plaintext: Uint8Array): Uint8Array {
  assertKeys(keys)
  const sealed = new Uint8Array(plaintext.length + XCHACHA_TAG_BYTES)
  backend.sealXChaCha20(sealed, plaintext, keys.nonce, keys.key)
  return sealed
}

/** Nothing for another key and for altered bytes, which nobody can tell apart. */
export function openXChaCha(keys: XChaChaKey, sealed: Uint8Array): Uint8Array | undefined {
  assertKeys(keys)
  if (sealed.length < XCHACHA_TAG_BYTES) return undefined
  const plaintext = new Uint8Array(sealed.length - XCHACHA_TAG_BYTES)
  return backend.openXChaCha20(plaintext, sealed, keys.nonce, keys.key) ? plaintext : undefined
}

/**
 * Encrypts and decrypts alike, and authenticates nothing: whoever flips a bit of the result flips it in the text. Only
 * for keys and names whose use shows whether they were right.
 */
export function xorXChaCha(keys: XChaChaKey, bytes: Uint8Array): Uint8Array {
  assertKeys(keys)
  return backend.xorXChaCha20(bytes, keys.nonce, keys.key)
}

function assertKeys({ key, nonce }: XChaChaKey): void {
  assertLength(key, XCHACHA_KEY_BYTES, 'XChaCha20 key')
  assertLength(nonce, XCHACHA_NONCE_BYTES, 'XChaCha20 nonce')
}
