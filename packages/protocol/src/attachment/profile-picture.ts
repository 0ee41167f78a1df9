/**
 * Profile pictures, whose address and key stand apart in profiles and configurations (spec 13 §4.5).
 *
 * @module
 */

import type { CryptoError } from '@sotto/crypto/errors'
import type { Result } from '@sotto/crypto/result'
import { FILE_KEY_BYTES, openFile, openOlderPicture } from '@sotto/crypto/session'
import { type FileAddress, parseFileAddress } from './file-address.ts'

export interface ProfilePicture {
  readonly address: FileAddress
  readonly key: Uint8Array
}

/** `undefined` for what names no picture: somebody without one has neither, which is no fault. */
export function parseProfilePicture(input: {
  readonly url: string
  readonly key: Uint8Array
}): ProfilePicture | undefined {
  const address = parseFileAddress(input.url)
  if (address === undefined || input.key.length !== FILE_KEY_BYTES) return undefined
  return { address, key: input.key }
}

export function openProfilePicture(
  { address, key }: ProfilePicture,
  sealed: Uint8Array,
): Result<Uint8Array, CryptoError> {
  return address.isStream ? openFile(key, sealed) : openOlderPicture(key, sealed)
}
