/**
 * Encryption of one onion layer: a random nonce, then the ciphertext (spec 04 §3.3). What the
 * plaintext means is `@sotto/protocol/onion`'s matter.
 *
 * @module
 */
import { backend } from '#backend'
import type { Randomness } from '../randomness.ts'
import type { HopKey } from './hop-key.ts'
import type { OnionCipher } from './onion-cipher.ts'

interface CipherSizes {
  readonly nonceBytes: number
  /** The least that a ciphertext has after its nonce: a tag, or one block. */
  readonly sealedBytesMin: number
}

const AES_BLOCK_BYTES = 16
const TAG_BYTES = 16

const SIZES: Readonly<Record<OnionCipher, CipherSizes>> = {
  xchacha20: { nonceBytes: 24, sealedBytesMin: TAG_BYTES },
  'aes-gcm': { nonceBytes: 12, sealedBytesMin: TAG_BYTES },
  'aes-cbc': { nonceBytes: AES_BLOCK_BYTES, sealedBytesMin: AES_BLOCK_BYTES },
}

/**
 * The nonce is random even where a key is used twice, for request and reply: with one nonce
 * twice, AES-GCM and XChaCha20 give away the difference of the plaintexts, and AES-GCM its
 * authentication key.
 */
export function sealHop(hopKey: HopKey, plaintext: Uint8Array, randomness: Randomness): Uint8Array {
  const { nonceBytes } = SIZES[hopKey.cipher]
  const output = new Uint8Array(nonceBytes + computeSealedLength(hopKey.cipher, plaintext.length))
  const nonce = randomness.bytes(nonceBytes)
  output.set(nonce)
  const sealed = output.subarray(nonceBytes)
  switch (hopKey.cipher) {
    case 'xchacha20':
      backend.sealXChaCha20(sealed, plaintext, nonce, hopKey.key)
      break
    case 'aes-gcm':
      backend.sealAesGcm(sealed, plaintext, nonce, hopKey.key)
      break
    case 'aes-cbc':
      backend.sealAesCbc(sealed, plaintext, nonce, hopKey.key)
      break
  }
  return output
}

/**
 * Nothing for what does not open. AES-CBC has no tag: altered bytes may "open" to other bytes,
 * and whoever can tell the two refusals apart can decrypt (a padding oracle), so a node must
 * answer both alike (spec 04 §3.4).
 */
export function openHop(hopKey: HopKey, ciphertext: Uint8Array): Uint8Array | undefined {
  const { nonceBytes, sealedBytesMin } = SIZES[hopKey.cipher]
  if (ciphertext.length < nonceBytes + sealedBytesMin) return undefined
  const nonce = ciphertext.subarray(0, nonceBytes)
  const sealed = ciphertext.subarray(nonceBytes)
  if (hopKey.cipher === 'aes-cbc') {
    if (sealed.length % AES_BLOCK_BYTES !== 0) return undefined
    return backend.openAesCbc(sealed, nonce, hopKey.key)
  }
  const output = new Uint8Array(sealed.length - TAG_BYTES)
  const opened =
    hopKey.cipher === 'xchacha20'
      ? backend.openXChaCha20(output, sealed, nonce, hopKey.key)
      : backend.openAesGcm(output, sealed, nonce, hopKey.key)
  return opened ? output : undefined
}

function computeSealedLength(cipher: OnionCipher, length: number): number {
  if (cipher !== 'aes-cbc') return length + TAG_BYTES
  return length + AES_BLOCK_BYTES - (length % AES_BLOCK_BYTES)
}
