/**
 * Encryption under a passphrase: Argon2id (RFC 9106) makes a key of it, XChaCha20-Poly1305 seals. What is sealed, how the
 * parts lie in a file and what cost is taken from a stranger's file is the caller's to decide.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from './assert-length.ts'
import type { Argon2Cost } from './backend/crypto-backend.ts'
import type { BrandedBytes } from './branded.ts'
import { encodeUtf8, wipeBytes } from './bytes.ts'

export type { Argon2Cost }

export const PASSPHRASE_SALT_BYTES = 16
export const PASSPHRASE_NONCE_BYTES = 24
export const PASSPHRASE_TAG_BYTES = 16

const KEY_BYTES = 32
const PASSES_MIN = 1
const MEMORY_KIBIBYTES_MIN = 8
const BYTES_MIN = 16
const BYTES_MAX = 64

export type PassphraseKey = BrandedBytes<'passphrase key'>

export interface PassphraseKeyOptions {
  readonly passphrase: string
  /** Random, and another one for each key. */
  readonly salt: Uint8Array
  readonly cost: Argon2Cost
  /** What the ciphertext stands beside, such as the header of its file. A key for another context opens nothing. */
  readonly context: Uint8Array
}

/**
 * Takes the time and memory that the cost says; throws for a cost below the least of RFC 9106. The passphrase counts in
 * Unicode's form NFC, because keyboards differ in how they type an accent.
 */
export function derivePassphraseKey(options: PassphraseKeyOptions): PassphraseKey {
  const { passphrase, salt, cost, context } = options
  assertLength(salt, PASSPHRASE_SALT_BYTES, 'salt')
  assertCost(cost)
  const text = encodeUtf8(passphrase.normalize('NFC'))
  const derived = backend.argon2id(text, salt, cost)
  // The context is bound by the key, so that one altered byte beside the ciphertext opens nothing.
  const key = backend.blake2b(context, { length: KEY_BYTES, key: derived })
  wipeBytes(text, derived)
  return key as PassphraseKey
}

/**
 * Bytes that are slow to compute from other bytes, so that nobody can try many of them in a short time. Takes what the
 * cost says; throws for a cost below the least of RFC 9106.
 */
export function deriveSlowHash(input: Uint8Array, salt: Uint8Array, cost: Argon2Cost): Uint8Array {
  assertLength(salt, PASSPHRASE_SALT_BYTES, 'salt')
  assertCost(cost)
  return backend.argon2id(input, salt, cost)
}

function assertCost({ passes, memoryKibibytes, bytes = KEY_BYTES }: Argon2Cost): void {
  const isWhole = [passes, memoryKibibytes, bytes].every((value) => Number.isInteger(value))
  const isEnough = passes >= PASSES_MIN && memoryKibibytes >= MEMORY_KIBIBYTES_MIN
  if (!isWhole || !isEnough || bytes < BYTES_MIN || bytes > BYTES_MAX) {
    throw new RangeError('Argon2id cost out of range')
  }
}

/** One key seals one plaintext; the nonce is random all the same. The tag stands behind the text. */
export function sealSecret(
  key: PassphraseKey,
  nonce: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  assertLength(nonce, PASSPHRASE_NONCE_BYTES, 'nonce')
  const sealed = new Uint8Array(plaintext.length + PASSPHRASE_TAG_BYTES)
  backend.sealXChaCha20(sealed, plaintext, nonce, key)
  return sealed
}

/** Nothing for another passphrase, another context and altered bytes, which nobody can tell apart. */
export function openSecret(
  key: PassphraseKey,
  nonce: Uint8Array,
  sealed: Uint8Array,
): Uint8Array | undefined {
  assertLength(nonce, PASSPHRASE_NONCE_BYTES, 'nonce')
  if (sealed.length < PASSPHRASE_TAG_BYTES) return undefined
  const plaintext = new Uint8Array(sealed.length - PASSPHRASE_TAG_BYTES)
  return backend.openXChaCha20(plaintext, sealed, nonce, key) ? plaintext : undefined
}
