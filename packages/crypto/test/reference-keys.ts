/**
 * Accounts and keys a second time, from spec 01 and with OpenSSL alone, for the tests that hold our code against an
 * independent one. It imports nothing of ours.
 *
 * @module
 */
import { createHash, createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

type Curve = 'ed25519' | 'x25519'

/** The fixed beginnings of keys in DER (RFC 8410). */
const SECRET_PREFIX = {
  ed25519: '302e020100300506032b657004220420',
  x25519: '302e020100300506032b656e04220420',
}
const PUBLIC_PREFIX = { ed25519: '302a300506032b6570032100', x25519: '302a300506032b656e032100' }
const FIELD_PRIME = 2n ** 255n - 19n

export interface ReferenceAccount {
  readonly seed: Buffer
  readonly signingSecret: KeyObject
  readonly signingKey: Buffer
  readonly agreementSecret: Buffer
  readonly agreementKey: Buffer
  readonly id: string
}

export function importSecret(curve: Curve, raw: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from(SECRET_PREFIX[curve], 'hex'), raw])
  return createPrivateKey({ key, format: 'der', type: 'pkcs8' })
}

export function importPublic(curve: Curve, raw: Uint8Array): KeyObject {
  const key = Buffer.concat([Buffer.from(PUBLIC_PREFIX[curve], 'hex'), raw])
  return createPublicKey({ key, format: 'der', type: 'spki' })
}

export function exportPublic(secret: KeyObject): Buffer {
  return createPublicKey(secret).export({ format: 'der', type: 'spki' }).subarray(-32)
}

export function agreeWithOpenssl(secret: Uint8Array, peer: Uint8Array): Buffer {
  return diffieHellman({
    privateKey: importSecret('x25519', secret),
    publicKey: importPublic('x25519', peer),
  })
}

/** Spec 01 §2.1 and §2.2: sixteen bytes, sixteen zeros, and the clamped first half of their SHA-512. */
export function createReferenceAccount(accountSeed: Uint8Array): ReferenceAccount {
  const seed = Buffer.concat([accountSeed, Buffer.alloc(16)])
  const signingSecret = importSecret('ed25519', seed)
  const agreementSecret = createHash('sha512').update(seed).digest().subarray(0, 32)
  agreementSecret.writeUInt8(agreementSecret.readUInt8(0) & 0xf8, 0)
  agreementSecret.writeUInt8((agreementSecret.readUInt8(31) & 0x7f) | 0x40, 31)
  const agreementKey = exportPublic(importSecret('x25519', agreementSecret))
  return {
    seed,
    signingSecret,
    signingKey: exportPublic(signingSecret),
    agreementSecret,
    agreementKey,
    id: `05${agreementKey.toString('hex')}`,
  }
}

function readLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)
}

function raise(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % FIELD_PRIME
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % FIELD_PRIME
    square = (square * square) % FIELD_PRIME
  }
  return result
}

/** RFC 7748 §4.1: u = (1 + y)/(1 − y), the inverse by Fermat. */
export function convertSlowly(signingKey: Uint8Array): Buffer {
  const y = readLittleEndian(signingKey) & (2n ** 255n - 1n)
  const inverse = raise(FIELD_PRIME + 1n - y, FIELD_PRIME - 2n)
  const u = ((1n + y) * inverse) % FIELD_PRIME
  return Buffer.from(Buffer.from(u.toString(16).padStart(64, '0'), 'hex').toReversed())
}
