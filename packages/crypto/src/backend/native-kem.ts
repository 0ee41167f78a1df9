/**
 * ML-KEM-768 by OpenSSL through `node:crypto`, several times faster than the reference (ADR 0011).
 * A decapsulation key is kept as the `KeyObject` that Node reads from the seed, because reading it
 * takes longer than using it. Public keys that were met are kept for the same reason: whom one writes to once, one writes to again.
 *
 * Node lets nobody choose the random bytes of an encapsulation; where they are given, noble does it.
 *
 * @module
 */
import {
  createPrivateKey,
  createPublicKey,
  decapsulate,
  encapsulate,
  type KeyObject,
} from 'node:crypto'
import type { KemEncapsulation, KemKeys, KeyEncapsulation } from './crypto-backend.ts'
import { nobleKem } from './noble-kem.ts'

const ALGORITHM = 'ml-kem-768'
/** PKCS #8 up to a seed of 64 bytes; Node reads it faster than its own format `raw-seed`. */
const SEED_PREFIX: Buffer = Buffer.from('3054020100300b060960864801650304040204428040', 'hex')

/** Public keys only; with what OpenSSL expands of them about 2 MB. */
const KEYS_MET_MAX = 256
const met = new Map<string, KeyObject>()

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
  const { ciphertext, sharedKey } = encapsulate(meetPublicKey(publicKey))
  return { ciphertext: view(ciphertext), sharedSecret: view(sharedKey) }
}

/** By content, because a caller may overwrite its bytes. Throws, as Node does, for what is no key; the longest unused makes room. */
function meetPublicKey(publicKey: Uint8Array): KeyObject {
  const bytes = Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length)
  const name = bytes.toString('latin1')
  const key =
    met.get(name) ??
    createPublicKey({ key: bytes, format: 'raw-public', asymmetricKeyType: ALGORITHM })
  met.delete(name)
  met.set(name, key)
  const [oldest] = met.keys()
  if (met.size > KEYS_MET_MAX && oldest !== undefined) met.delete(oldest)
  return key
}

export const nativeKem: KeyEncapsulation = { deriveKem, encapsulateKem }
