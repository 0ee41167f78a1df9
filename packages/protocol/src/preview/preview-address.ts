/**
 * Addresses that a preview node is asked for and answers with (spec 17 §2): only as much as both sides have to agree on. Whether an
 * address may be reached is the node's matter, which reads it with the one parser that it connects with.
 *
 * @module
 */
import { decodeUtf8, encodeUtf8 } from '@sotto/crypto/bytes'

/** Spec 17 §2. */
export const PREVIEW_ADDRESS_BYTES_MAX = 2048
const ADDRESS = /^https?:\/\/[^\s\p{C}]+$/u

/** `undefined` for what is no address. */
export function encodePreviewAddress(address: string): Uint8Array | undefined {
  // Counted first, so that nothing long is encoded.
  if (address.length > PREVIEW_ADDRESS_BYTES_MAX || !ADDRESS.test(address)) return undefined
  const bytes = encodeUtf8(address)
  return bytes.length > PREVIEW_ADDRESS_BYTES_MAX ? undefined : bytes
}

/** Reads bytes from outside. Never throws. */
export function decodePreviewAddress(bytes: Uint8Array): string | undefined {
  if (bytes.length > PREVIEW_ADDRESS_BYTES_MAX) return undefined
  const address = decodeUtf8(bytes)
  return address !== undefined && ADDRESS.test(address) ? address : undefined
}
