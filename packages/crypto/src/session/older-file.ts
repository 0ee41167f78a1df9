/**
 * Opens files as clients sealed them before there was a stream: attachments with AES-CBC and a code over the whole, and
 * profile pictures with AES-GCM (spec 13 §3). Whole files only: nothing of them may be shown before all of it was
 * checked. Sealing is left out, since every client that reads these reads streams as well.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from '../assert-length.ts'
import { equalBytes } from '../bytes.ts'
import type { CryptoErrorCode } from '../errors.ts'
import { CryptoError } from '../errors.ts'
import { hmacSha256, sha256 } from '../hash.ts'
import type { Result } from '../result.ts'
import { err, ok } from '../result.ts'
import { SEALED_FILE_BYTES_MAX } from './file-size.ts'

export interface OlderAttachment {
  /** 32 bytes for AES, 32 for the code. */
  readonly key: Uint8Array
  /** SHA-256 of `sealed`. */
  readonly digest: Uint8Array
  /** Of the content, before it was padded. */
  readonly contentBytes: number
  readonly sealed: Uint8Array
}

/** Spec 13 §3.1. */
export const OLDER_KEY_BYTES = 64
/** Spec 13 §3.1. */
export const OLDER_DIGEST_BYTES = 32
const CIPHER_KEY_BYTES = 32
const IV_BYTES = 16
const BLOCK_BYTES = 16
const CODE_BYTES = 32
const GCM_NONCE_BYTES = 12
const GCM_TAG_BYTES = 16

function refuse(code: CryptoErrorCode): Result<never, CryptoError> {
  return err(new CryptoError(code))
}

/**
 * The code is checked before anything is decrypted: whoever learned of bad padding could otherwise find out the content
 * by asking often enough.
 */
export function openOlderAttachment(file: OlderAttachment): Result<Uint8Array, CryptoError> {
  const { key, digest, contentBytes, sealed } = file
  assertLength(key, OLDER_KEY_BYTES, 'attachment key')
  if (sealed.length > SEALED_FILE_BYTES_MAX) return refuse('file_too_large')
  const bodyBytes = sealed.length - IV_BYTES - CODE_BYTES
  if (bodyBytes < BLOCK_BYTES || bodyBytes % BLOCK_BYTES !== 0) return refuse('file_malformed')
  if (!equalBytes(sha256(sealed), digest)) return refuse('file_digest')
  const authenticated = sealed.subarray(0, IV_BYTES + bodyBytes)
  const code = hmacSha256(key.subarray(CIPHER_KEY_BYTES), authenticated)
  if (!equalBytes(code, sealed.subarray(IV_BYTES + bodyBytes))) return refuse('file_unopened')
  const iv = sealed.subarray(0, IV_BYTES)
  const cipherKey = key.subarray(0, CIPHER_KEY_BYTES)
  const padded = backend.openAesCbc(authenticated.subarray(IV_BYTES), iv, cipherKey)
  if (padded === undefined) return refuse('file_malformed')
  // Padding makes it longer, never shorter.
  return padded.length < contentBytes ? refuse('file_size') : ok(padded.slice(0, contentBytes))
}

export function openOlderPicture(
  key: Uint8Array,
  sealed: Uint8Array,
): Result<Uint8Array, CryptoError> {
  assertLength(key, CIPHER_KEY_BYTES, 'picture key')
  if (sealed.length > SEALED_FILE_BYTES_MAX) return refuse('file_too_large')
  if (sealed.length < GCM_NONCE_BYTES + GCM_TAG_BYTES) return refuse('file_malformed')
  const content = new Uint8Array(sealed.length - GCM_NONCE_BYTES - GCM_TAG_BYTES)
  const nonce = sealed.subarray(0, GCM_NONCE_BYTES)
  const opened = backend.openAesGcm(content, sealed.subarray(GCM_NONCE_BYTES), nonce, key)
  return opened ? ok(content) : refuse('file_unopened')
}
