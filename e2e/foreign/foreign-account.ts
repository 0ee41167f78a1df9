/**
 * An account as a client of another make would hold it: Ed25519 from the platform, the account id by the birational map,
 * and nothing of ours. Written from the description of the wire, to catch what a client that shares our code cannot.
 *
 * @module
 */

import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'

const P = 2n ** 255n - 19n

function toBigInt(littleEndian: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(littleEndian.toReversed()).toString('hex')}`)
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % P
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}

/** u = (1 + y) / (1 − y) of RFC 7748 §4.1. */
function convertToX25519(ed25519: Uint8Array): Uint8Array {
  const y = toBigInt(ed25519) & (2n ** 255n - 1n)
  const u = ((1n + y) * power((P + 1n - y) % P, P - 2n)) % P
  return Buffer.from(u.toString(16).padStart(64, '0'), 'hex').toReversed()
}

export interface ForeignAccount {
  readonly accountId: string
  readonly ed25519: string
  /** Base64 signature over the concatenation. */
  sign(...parts: readonly (string | number)[]): string
}

/** A new account with random keys. */
export function createForeignAccount(): ForeignAccount {
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' })
  const ed25519 = Buffer.from(jwk.x ?? '', 'base64url')
  return {
    accountId: `05${Buffer.from(convertToX25519(ed25519)).toString('hex')}`,
    ed25519: ed25519.toString('hex'),
    sign: (...parts) => sign(null, Buffer.from(parts.join('')), privateKey).toString('base64'),
  }
}
