/**
 * An account as a client of another make would hold it: Ed25519 from the platform, the account id by the birational map,
 * and nothing of ours. Written from the description of the wire, to catch what a client that shares our code cannot.
 *
 * @module
 */

import { createHash, createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto'

const P = 2n ** 255n - 19n
const SEED_SIZE_BYTES = 16
/** RFC 8410: what precedes a seed in a private key. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')

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

/** The account id that belongs to an Ed25519 key. */
export function findAccountId(ed25519: Uint8Array): string {
  return `05${Buffer.from(convertToX25519(ed25519)).toString('hex')}`
}

export interface ForeignAccount {
  readonly accountId: string
  readonly ed25519: string
  /** The sixteen bytes of the recovery phrase with sixteen zeros behind. */
  readonly seed: Buffer
  readonly x25519: { readonly secret: Buffer; readonly public: Buffer }
  /** Base64 signature over the concatenation. */
  sign(...parts: readonly (string | number)[]): string
  signBytes(message: Uint8Array): Buffer
}

/** A new account with random keys, or the one of a recovery phrase. */
export function createForeignAccount(
  secret: Uint8Array = randomBytes(SEED_SIZE_BYTES),
): ForeignAccount {
  const seed = Buffer.concat([secret, Buffer.alloc(SEED_SIZE_BYTES)]).subarray(0, 32)
  const der = Buffer.concat([PKCS8_HEAD, seed])
  const privateKey = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const ed25519 = Buffer.from(x, 'base64url')
  const signBytes = (message: Uint8Array): Buffer => sign(null, message, privateKey)
  return {
    accountId: findAccountId(ed25519),
    ed25519: ed25519.toString('hex'),
    seed,
    x25519: { secret: deriveX25519Secret(seed), public: Buffer.from(convertToX25519(ed25519)) },
    sign: (...parts) => signBytes(Buffer.from(parts.join(''))).toString('base64'),
    signBytes,
  }
}

/** The clamped first half of SHA-512 of the seed. */
function deriveX25519Secret(seed: Uint8Array): Buffer {
  const half = createHash('sha512').update(seed).digest().subarray(0, 32)
  half.writeUInt8(half.readUInt8(0) & 248, 0)
  half.writeUInt8((half.readUInt8(31) & 127) | 64, 31)
  return half
}
