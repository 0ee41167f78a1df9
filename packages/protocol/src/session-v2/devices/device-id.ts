/**
 * The name of a device within its account's group (spec 12 §5.1): 32 random bytes, made once for an installation and never
 * used again after the device has left or was removed.
 *
 * @module
 */
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'

/** 64 hexadecimal digits in lower case; their order is that of the bytes. */
export type DeviceId = string

export const DEVICE_ID_BYTES = 32

export function createDeviceId(randomness: Randomness): DeviceId {
  return encodeHex(randomness.bytes(DEVICE_ID_BYTES))
}

export function toDeviceId(bytes: Uint8Array): DeviceId | undefined {
  return bytes.length === DEVICE_ID_BYTES ? encodeHex(bytes) : undefined
}

/** Throws for what is no id: they come from `toDeviceId` and `createDeviceId` only. */
export function deviceIdBytes(id: DeviceId): Uint8Array {
  const bytes = decodeHex(id)
  if (bytes?.length !== DEVICE_ID_BYTES) throw new TypeError('a device id that was never read')
  return bytes
}

/** An id as the key of a dict: one character for each byte. */
export function deviceIdKey(id: DeviceId): string {
  return Array.from(deviceIdBytes(id), (byte) => String.fromCharCode(byte)).join('')
}

export function readDeviceIdKey(key: string): DeviceId | undefined {
  return toDeviceId(Uint8Array.from(key, (character) => character.charCodeAt(0)))
}
