/**
 * One layer of the bare forwarder: fresh X25519 key, XChaCha20-Poly1305 under the shared secret, both
 * by sodium-native with nothing in between. No key derivation, no routing, no limits: the floor.
 *
 * @module
 */
import sodium from 'sodium-native'

const PUBLIC_KEY_BYTES = 32
const NONCE_BYTES = 24
const TAG_BYTES = 16

export interface BareKeyPair {
  readonly publicKey: Buffer
  readonly secretKey: Buffer
}

export function createBareKeyPair(): BareKeyPair {
  const publicKey = Buffer.allocUnsafe(PUBLIC_KEY_BYTES)
  const secretKey = Buffer.allocUnsafe(PUBLIC_KEY_BYTES)
  sodium.randombytes_buf(secretKey)
  sodium.crypto_scalarmult_base(publicKey, secretKey)
  return { publicKey, secretKey }
}

function agreeBare(secretKey: Buffer, publicKey: Buffer): Buffer {
  const shared = Buffer.allocUnsafe(PUBLIC_KEY_BYTES)
  sodium.crypto_scalarmult(shared, secretKey, publicKey)
  return shared
}

/** nonce ‖ ciphertext ‖ tag. */
export function sealBare(key: Buffer, plaintext: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(NONCE_BYTES + plaintext.length + TAG_BYTES)
  const nonce = sealed.subarray(0, NONCE_BYTES)
  sodium.randombytes_buf(nonce)
  const body = sealed.subarray(NONCE_BYTES)
  sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(body, plaintext, null, null, nonce, key)
  return sealed
}

export function openBare(key: Buffer, sealed: Buffer): Buffer {
  const plaintext = Buffer.allocUnsafe(sealed.length - NONCE_BYTES - TAG_BYTES)
  const nonce = sealed.subarray(0, NONCE_BYTES)
  const body = sealed.subarray(NONCE_BYTES)
  sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(plaintext, null, body, null, nonce, key)
  return plaintext
}

/** Wraps `inner` for one hop: ephemeral public key ‖ sealed. Returns the key for the reply too. */
export function wrapLayer(hopKey: Buffer, inner: Uint8Array): { packet: Buffer; key: Buffer } {
  const ephemeral = createBareKeyPair()
  const key = agreeBare(ephemeral.secretKey, hopKey)
  return { packet: Buffer.concat([ephemeral.publicKey, sealBare(key, inner)]), key }
}

export function unwrapLayer(own: BareKeyPair, packet: Buffer): { inner: Buffer; key: Buffer } {
  const key = agreeBare(own.secretKey, packet.subarray(0, PUBLIC_KEY_BYTES))
  return { inner: openBare(key, packet.subarray(PUBLIC_KEY_BYTES)), key }
}
