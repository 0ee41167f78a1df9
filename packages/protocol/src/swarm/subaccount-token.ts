/**
 * The 36 bytes by which an account's owner lets another key act for it (spec 02 §4). Only the layout is read here;
 * the owner's signature over the token, the prefix and revocations are checked by `rpc` and the node.
 *
 * @module
 */

import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'

/** Spec 02 §4. */
const TOKEN_BYTES = 36
const KEY_OFFSET = 4

/** Spec 02 §4.1. */
export const SUBACCOUNT_FLAGS = { read: 1, write: 2, delete: 4, anyPrefix: 8 } as const

export interface SubaccountToken {
  readonly prefix: number
  readonly flags: number
  /** Verifies the requests that are made with this token. */
  readonly publicKey: Ed25519PublicKey
}

/** Unknown flags and the two reserved bytes are ignored: the owner's signature covers them. */
export function decodeSubaccountToken(bytes: Uint8Array): SubaccountToken | undefined {
  const [prefix, flags] = bytes
  if (bytes.length !== TOKEN_BYTES || prefix === undefined || flags === undefined) return undefined
  const publicKey = toEd25519PublicKey(bytes.subarray(KEY_OFFSET))
  return publicKey === undefined ? undefined : { prefix, flags, publicKey }
}

/** Whether the token has all of the required flags (combined by `|`). */
export function isPermitted(token: SubaccountToken, requiredFlags: number): boolean {
  return (token.flags & requiredFlags) === requiredFlags
}
