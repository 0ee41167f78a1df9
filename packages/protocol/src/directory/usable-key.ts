/**
 * Keys of nodes (spec 07 §2.2): as hex in lists, and whether they are good for what they are for.
 *
 * @module
 */

import { type X25519PublicKey, toX25519PublicKey } from '@sotto/crypto/agreement'
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'
import {
  type Ed25519PublicKey,
  convertSigningPublicKey,
  toEd25519PublicKey,
} from '@sotto/crypto/signing'

const KEY_HEX = /^[0-9a-f]{64}$/
/** The highest bit means nothing to X25519 (RFC 7748 §5). */
const HIGHEST_BIT = 0x80

/**
 * The encodings of every X25519 point of low order: 0, 1, the two of order 8, and p−1, p, p+1. With any of them the
 * shared secret is zero, and a layer sealed to it is open to everybody. Comparing costs nothing, an agreement much.
 */
const LOW_ORDER: ReadonlySet<string> = new Set([
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
])

/** Checks the form only, for lists that may be long and that a browser reads. */
export function parseEd25519Key(value: unknown): Ed25519PublicKey | undefined {
  const bytes = parseKeyBytes(value)
  return bytes === undefined ? undefined : toEd25519PublicKey(bytes)
}

export function parseX25519Key(value: unknown): X25519PublicKey | undefined {
  const bytes = parseKeyBytes(value)
  const key = bytes === undefined ? undefined : toX25519PublicKey(bytes)
  return key !== undefined && isAgreementPoint(key) ? key : undefined
}

/** Whether a layer that is sealed to the key is closed to others. */
export function isAgreementPoint(key: X25519PublicKey): boolean {
  return !isLowOrder(key)
}

/** Whether signatures of the key can prove anything: it is a point, in its one encoding, of the right order. */
export function isSigningPoint(key: Ed25519PublicKey): boolean {
  return convertSigningPublicKey(key) !== undefined
}

function parseKeyBytes(value: unknown): Uint8Array | undefined {
  return typeof value === 'string' && KEY_HEX.test(value) ? decodeHex(value) : undefined
}

function isLowOrder(bytes: Uint8Array): boolean {
  const masked = Uint8Array.from(bytes)
  masked[31] = (masked[31] ?? 0) & ~HIGHEST_BIT
  return LOW_ORDER.has(encodeHex(masked))
}
