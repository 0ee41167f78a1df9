/**
 * ML-KEM-768 by OpenSSL through `node:crypto`, several times faster than the reference (ADR 0011).
 * A decapsulation key is kept as the `KeyObject` that Node reads from the seed, because reading it
 * takes longer than using it.
 *
 * Node lets nobody choose the random bytes of an encapsulation; where they are given, noble does it.
 *
 * @module
 */
import { createPrivateKey, createPublicKey, decapsulate, encapsulate } from 'node:crypto'
import type { KemEncapsulation, KemKeys, KeyEncapsulation } from './crypto-backend.ts'
import { nobleKem } from './noble-kem.ts'

const ALGORITHM = 'ml-kem-768'
/** PKCS #8 up to a seed of 64 bytes; Node reads it faster than its own format `raw-seed`. */
const SEED_PREFIX: Buffer = Buffer.from('3054020100300b060960864801650304040204428040', 'hex')

/** A plain view, as in `native.ts`. */
function view(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

function deriveKem(seed: Uint8Array): KemKeys {
  const encoded = Buffer.concat([SEED_PREFIX, seed])
  const key = createPrivateKey({ key: encoded, format: 'der', type: 'pkcs8' })
  encoded.fill(0)
  return {
    publicKey: view(createPublicKey(key).export({ format: 'raw-public' })),
    secret: { decapsulate: (ciphertext) => view(decapsulate(key, ciphertext)) },
  }
}

function encapsulateKem(publicKey: Uint8Array, message?: Uint8Array): KemEncapsulation {
  if (message !== undefined) return nobleKem.encapsulateKem(publicKey, message)
  const bytes = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length)
  const key = createPublicKey({ key: bytes, format: 'raw-public', asymmetricKeyType: ALGORITHM })
  const { ciphertext, sharedKey } = encapsulate(key)
  return { ciphertext: view(ciphertext), sharedSecret: view(sharedKey) }
}

export const nativeKem: KeyEncapsulation = { deriveKem, encapsulateKem }
