/**
 * Hash functions with their lengths checked, and the one hash that names every stored message
 * (spec 01 §6.1, spec 03 §3.5). Which text a signature or a key derivation hashes is the
 * business of its own module.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from './assert-length.ts'
import type { Blake2bOptions, RunningHash } from './backend/crypto-backend.ts'
import { concatBytes, encodeBase64, encodeUtf8 } from './bytes.ts'

export type { Blake2bOptions, RunningHash }

const BLAKE2B_BYTES_MAX = 64
const BLAKE2B_PERSONALISATION_BYTES = 16
const BLAKE2B_SALT_BYTES = 16
/** Spec 01 §3.1: type byte and 32 bytes of key. */
const ACCOUNT_BYTES = 33
const MESSAGE_HASH_BYTES = 32
/** No key schedule of ours asks for more. */
const SHAKE256_BYTES_MAX = 1024

/** BLAKE2b (RFC 7693). Throws on parameters out of range, which only our own code chooses. */
export function blake2b(message: Uint8Array, options: Blake2bOptions): Uint8Array {
  assertBlake2bOptions(options)
  return backend.blake2b(message, options)
}

/** The same of bytes that come one after the other. */
export function createBlake2b(options: Blake2bOptions): RunningHash {
  assertBlake2bOptions(options)
  return backend.createBlake2b(options)
}

function assertBlake2bOptions(options: Blake2bOptions): void {
  assertWithin(options.length, 'digest')
  if (options.key !== undefined) assertWithin(options.key.length, 'key')
  if (options.salt !== undefined) assertLength(options.salt, BLAKE2B_SALT_BYTES, 'salt')
  if (options.personalisation !== undefined) {
    assertLength(options.personalisation, BLAKE2B_PERSONALISATION_BYTES, 'personalisation')
  }
}

function assertWithin(length: number, name: string): void {
  if (!Number.isInteger(length) || length < 1 || length > BLAKE2B_BYTES_MAX) {
    throw new RangeError(`BLAKE2b ${name} length out of range`)
  }
}

export function sha256(message: Uint8Array): Uint8Array {
  return backend.sha256(message)
}

export function sha512(message: Uint8Array): Uint8Array {
  return backend.sha512(message)
}

export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  return backend.hmacSha256(key, message)
}

/** SHA3-256 (FIPS 202). */
export function sha3(message: Uint8Array): Uint8Array {
  return backend.sha3(message)
}

/** SHAKE256 (FIPS 202): one squeeze, of which the caller cuts what it needs. Throws on a length out of range. */
export function shake256(message: Uint8Array, length: number): Uint8Array {
  if (!Number.isInteger(length) || length < 1 || length > SHAKE256_BYTES_MAX) {
    throw new RangeError('SHAKE256 length out of range')
  }
  return backend.shake256(message, length)
}

export interface StoredMessage {
  /** Type byte and 32 bytes of key, raw. */
  readonly account: Uint8Array
  readonly namespace: number
  /** As stored, after base64 was decoded. */
  readonly data: Uint8Array
}

/**
 * The name of a stored message: 43 characters of unpadded base64. The text of namespace 0 is
 * empty, for messages stored before namespaces existed. Nothing in it depends on time, so that
 * the same data in the same box is one message, whichever node computes it.
 */
export function deriveMessageHash(message: StoredMessage): string {
  assertLength(message.account, ACCOUNT_BYTES, 'account')
  // Unsafe integers have texts such as "1e+21", which are no decimal digits.
  if (!Number.isSafeInteger(message.namespace)) throw new RangeError('not a namespace')
  const namespace = message.namespace === 0 ? '' : message.namespace.toString()
  const input = concatBytes([message.account, encodeUtf8(namespace), message.data])
  const digest = backend.blake2b(input, { length: MESSAGE_HASH_BYTES })
  return encodeBase64(digest, { padding: false })
}
