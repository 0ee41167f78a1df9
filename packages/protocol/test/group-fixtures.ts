/**
 * A group, its admin, and accounts that may be members, for tests and vectors of spec 14.
 *
 * @module
 */
import { decodeHex } from '@sotto/crypto/bytes'
import { type Account, deriveAccount } from '@sotto/crypto/identity'
import { deriveGroupAdmin, type GroupAdmin } from '@sotto/crypto/session'

/** Of the published vectors. */
export const GROUP_SEED = '0123456789abcdeffedcba98765432100123456789abcdeffedcba9876543210'

export function adminOf(seed: string): GroupAdmin {
  const bytes = decodeHex(seed)
  if (bytes === undefined) throw new TypeError('a seed in hexadecimal')
  return deriveGroupAdmin(bytes)
}

export function accountsOf(count: number): readonly Account[] {
  return Array.from({ length: count }, (_, index) =>
    deriveAccount(new Uint8Array(16).fill(index + 1)),
  )
}

export function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new TypeError('too short a list')
  return item
}
