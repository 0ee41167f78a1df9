/**
 * Zeros in front of a configuration, so that its length tells less (spec 11 §3.3).
 *
 * @module
 */

import { CONFIG_CIPHER_OVERHEAD_BYTES } from '@sotto/crypto/session'

/** Spec 11 §3.3: a ciphertext below so many bytes grows to a multiple of the step. */
const STEPS: readonly { readonly below: number; readonly stepBytes: number }[] = [
  { below: 5120, stepBytes: 256 },
  { below: 20_480, stepBytes: 1024 },
  { below: 40_960, stepBytes: 2048 },
  { below: Number.POSITIVE_INFINITY, stepBytes: 5120 },
]

export function padConfig(bytes: Uint8Array): Uint8Array {
  const length = bytes.length + CONFIG_CIPHER_OVERHEAD_BYTES
  const stepBytes = STEPS.find(({ below }) => length < below)?.stepBytes ?? 1
  const paddedLength = Math.ceil(length / stepBytes) * stepBytes - CONFIG_CIPHER_OVERHEAD_BYTES
  const padded = new Uint8Array(paddedLength)
  padded.set(bytes, paddedLength - bytes.length)
  return padded
}

/** A view. What follows the zeros never begins with one. */
export function unpadConfig(padded: Uint8Array): Uint8Array {
  const start = padded.findIndex((byte) => byte !== 0)
  return start === -1 ? padded.subarray(padded.length) : padded.subarray(start)
}
