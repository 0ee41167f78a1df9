/**
 * An account as nodes see it: one prefix byte and 32 bytes (spec 02 §2.1). Nodes accept any prefix, because they
 * store for kinds of accounts that they need not know; clients check much more (`@sotto/crypto/identity`).
 *
 * @module
 */

import { decodeHex } from '@sotto/crypto/bytes'

declare const brand: unique symbol

/** 33 bytes: prefix and key. */
export type AccountBytes = Uint8Array & { readonly [brand]: 'AccountBytes' }

/** Spec 02 §2.1. */
const ACCOUNT_BYTES = 33

/** Takes 66 hex digits or 33 raw bytes; the bytes are not copied. */
export function parseAccountBytes(input: string | Uint8Array): AccountBytes | undefined {
  if (typeof input !== 'string') return isAccountBytes(input) ? input : undefined
  if (input.length !== 2 * ACCOUNT_BYTES) return undefined
  const bytes = decodeHex(input)
  return bytes !== undefined && isAccountBytes(bytes) ? bytes : undefined
}

function isAccountBytes(bytes: Uint8Array): bytes is AccountBytes {
  return bytes.length === ACCOUNT_BYTES
}
