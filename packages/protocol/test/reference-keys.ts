/**
 * Keys and accounts with OpenSSL alone (spec 01 §2), for the tests that hold our code against an independent one. It
 * imports nothing of ours.
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

export interface ReferenceAccount {
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

/** OpenSSL clamps by itself, so the first half of the seed's SHA-512 serves as it is. */
export function createReferenceAccount(accountSeed: Uint8Array): ReferenceAccount {
  const seed = Buffer.concat([accountSeed, Buffer.alloc(16)])
  const signingSecret = importSecret('ed25519', seed)
  const agreementSecret = createHash('sha512').update(seed).digest().subarray(0, 32)
  const agreementKey = exportPublic(importSecret('x25519', agreementSecret))
  return {
    signingSecret,
    signingKey: exportPublic(signingSecret),
    agreementSecret,
    agreementKey,
    id: `05${agreementKey.toString('hex')}`,
  }
}
