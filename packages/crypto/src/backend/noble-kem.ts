/**
 * ML-KEM-768 by noble (ADR 0011): the reference back end, and what the native one uses where the
 * random bytes are given. Keys stay unpacked, so that a decapsulation does not begin with a key
 * generation.
 *
 * @module
 */
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { KemEncapsulation, KeyEncapsulation } from './crypto-backend.ts'

function encapsulateKem(publicKey: Uint8Array, message?: Uint8Array): KemEncapsulation {
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, message)
  return { ciphertext: cipherText, sharedSecret }
}

export const nobleKem: KeyEncapsulation = {
  deriveKem(seed) {
    const { publicKey, secretKey } = ml_kem768.keygen(seed)
    const decapsulate = (ciphertext: Uint8Array): Uint8Array =>
      ml_kem768.decapsulate(ciphertext, secretKey)
    return { publicKey, secret: { decapsulate } }
  },
  encapsulateKem,
}
