/**
 * Encryption of what is written in a group, with the group's key (spec 14 §5.1). Author and padding are inside and
 * belong to `@sotto/protocol/group`.
 *
 * @module
 */
import { backend } from '#backend'
import { assertLength } from '../assert-length.ts'
import type { Randomness } from '../randomness.ts'
import { GROUP_KEY_BYTES } from './group-rekey.ts'

const NONCE_BYTES = 24
const TAG_BYTES = 16

/** Spec 14 §5.1. What sealing adds. */
export const GROUP_CIPHER_OVERHEAD_BYTES: number = NONCE_BYTES + TAG_BYTES

export function sealWithGroupKey(
  key: Uint8Array,
  plaintext: Uint8Array,
  randomness: Randomness,
): Uint8Array {
  assertLength(key, GROUP_KEY_BYTES, 'group key')
  const sealed = new Uint8Array(plaintext.length + GROUP_CIPHER_OVERHEAD_BYTES)
  const nonce = randomness.bytes(NONCE_BYTES)
  sealed.set(nonce)
  backend.sealXChaCha20(sealed.subarray(NONCE_BYTES), plaintext, nonce, key)
  return sealed
}

/** Nothing for what this key did not seal. */
export function openWithGroupKey(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  assertLength(key, GROUP_KEY_BYTES, 'group key')
  if (sealed.length < GROUP_CIPHER_OVERHEAD_BYTES) return undefined
  const plaintext = new Uint8Array(sealed.length - GROUP_CIPHER_OVERHEAD_BYTES)
  const nonce = sealed.subarray(0, NONCE_BYTES)
  return backend.openXChaCha20(plaintext, sealed.subarray(NONCE_BYTES), nonce, key)
    ? plaintext
    : undefined
}
