/**
 * Encryption of configurations, which an account's devices or a group's members share (spec 11 §3.1). Key and nonce
 * follow from the plaintext, so that whoever stores the same configuration twice stores one message. Padding and
 * compression come before it and are `@sotto/protocol/config`.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from '../assert-length.ts'
import { concatBytes, encodeUtf8 } from '../bytes.ts'
import { blake2b } from '../hash.ts'

export interface ConfigCipherKey {
  /** 32 bytes: an account's Ed25519 seed, or a group's key. */
  readonly secret: Uint8Array
  /** Says which configuration: with one key, a contact list must not open as a profile. */
  readonly domain: string
}

const KEY_BYTES = 32
const NONCE_BYTES = 24
const TAG_BYTES = 16
const LENGTH_BYTES = 8
const NONCE_HASH_KEY = 'libsessionutil-config-encrypted-'

/** Spec 11 §3.1: what encryption adds. */
export const CONFIG_CIPHER_OVERHEAD_BYTES: number = NONCE_BYTES + TAG_BYTES

/** The same bytes for the same input. */
export function sealConfig(key: ConfigCipherKey, plaintext: Uint8Array): Uint8Array {
  const output = new Uint8Array(plaintext.length + CONFIG_CIPHER_OVERHEAD_BYTES)
  const nonce = blake2b(plaintext, {
    length: NONCE_BYTES,
    key: encodeUtf8(NONCE_HASH_KEY + key.domain),
  })
  const sealed = output.subarray(0, plaintext.length + TAG_BYTES)
  backend.sealXChaCha20(sealed, plaintext, nonce, deriveKey(key, plaintext.length))
  output.set(nonce, sealed.length)
  return output
}

/** Nothing for what this key did not seal, or not for this domain. */
export function openConfig(key: ConfigCipherKey, ciphertext: Uint8Array): Uint8Array | undefined {
  const length = ciphertext.length - CONFIG_CIPHER_OVERHEAD_BYTES
  if (length < 0) return undefined
  const plaintext = new Uint8Array(length)
  const sealed = ciphertext.subarray(0, length + TAG_BYTES)
  const nonce = ciphertext.subarray(length + TAG_BYTES)
  return backend.openXChaCha20(plaintext, sealed, nonce, deriveKey(key, length))
    ? plaintext
    : undefined
}

/** The length is part of the key: a ciphertext that was cut short opens under no key at all. */
function deriveKey({ secret, domain }: ConfigCipherKey, length: number): Uint8Array {
  assertLength(secret, KEY_BYTES, 'configuration key')
  const lengthBytes = new Uint8Array(LENGTH_BYTES)
  new DataView(lengthBytes.buffer).setBigUint64(0, BigInt(length))
  const material = concatBytes([secret, lengthBytes, encodeUtf8(domain)])
  const key = blake2b(material, { length: KEY_BYTES })
  material.fill(0)
  return key
}
