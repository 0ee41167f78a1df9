/**
 * The back end for Node: libsodium through sodium-native for curves, XChaCha20 and BLAKE2b,
 * OpenSSL through `node:crypto` for AES and SHA, up to 60 times faster than the reference (ADR
 * 0002). No file of this package but this and its three companions may name Node or a native library.
 *
 * It delegates to `noble.ts` what libsodium's binding cannot do: personalised BLAKE2b, and
 * BLAKE2b keys or digests under 16 bytes. Text codecs are in `native-text.ts`, ML-KEM in
 * `native-kem.ts`, streams in `native-stream.ts`.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHash, hash } from 'node:crypto'
import sodium from 'sodium-native'
import type { Argon2Cost, Blake2bOptions, BoxKeys, CryptoBackend } from './crypto-backend.ts'
import { nativeKem } from './native-kem.ts'
import { nativeStreams } from './native-stream.ts'
import { nativeText } from './native-text.ts'
import { backend as noble } from './noble.ts'

const KEY_BYTES = 32
const KIBIBYTE = 1024
const SIGNATURE_BYTES = 64
const SHA256_BLOCK_BYTES = 64
const SHA256_BYTES = 32
const TAG_BYTES = 16
/** The least key and digest that libsodium's `crypto_generichash` takes. */
const GENERICHASH_BYTES_MIN = 16

/**
 * A plain view: a `Buffer` would bring its own `slice` and `toJSON` into code that expects
 * bytes.
 */
function view(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

/**
 * sodium-native throws where libsodium returns −1. Lengths were checked before, so this means
 * "refused".
 */
function succeeds(operation: () => void): boolean {
  try {
    operation()
    return true
  } catch {
    return false
  }
}

function blake2b(message: Uint8Array, options: Blake2bOptions): Uint8Array {
  const { key, length, personalisation, salt } = options
  const keyTooShort = key !== undefined && key.length < GENERICHASH_BYTES_MIN
  if ((personalisation ?? salt) !== undefined || keyTooShort || length < GENERICHASH_BYTES_MIN) {
    return noble.blake2b(message, options)
  }
  const output = new Uint8Array(length)
  sodium.crypto_generichash(output, message, key)
  return output
}

/**
 * The one-shot `hash` costs 1 µs; a `Hash` or `Hmac` object costs 13 µs before the first byte.
 */
function sha256(message: Uint8Array): Uint8Array {
  return view(hash('sha256', message, 'buffer'))
}

/**
 * HMAC written out (RFC 2104 §2) for the sake of the one-shot hash; the message is copied once.
 */
function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const blockKey = key.length > SHA256_BLOCK_BYTES ? sha256(key) : key
  const inner = new Uint8Array(SHA256_BLOCK_BYTES + message.length)
  const outer = new Uint8Array(SHA256_BLOCK_BYTES + SHA256_BYTES)
  for (let index = 0; index < SHA256_BLOCK_BYTES; index++) {
    const byte = blockKey[index] ?? 0
    inner[index] = byte ^ 0x36
    outer[index] = byte ^ 0x5c
  }
  inner.set(message, SHA256_BLOCK_BYTES)
  outer.set(sha256(inner), SHA256_BLOCK_BYTES)
  const code = sha256(outer)
  inner.fill(0)
  outer.fill(0)
  return code
}

function argon2id(
  passphrase: Uint8Array,
  salt: Uint8Array,
  { passes, memoryKibibytes, bytes = KEY_BYTES }: Argon2Cost,
): Uint8Array {
  const output = new Uint8Array(bytes)
  const memoryBytes = KIBIBYTE * memoryKibibytes
  const { crypto_pwhash_ALG_ARGON2ID13: algorithm } = sodium
  sodium.crypto_pwhash(output, passphrase, salt, passes, memoryBytes, algorithm)
  return output
}

/** libsodium's secret key is seed and public key together; the copy that it makes is wiped. */
function deriveEd25519PublicKey(seed: Uint8Array): Uint8Array {
  const publicKey = new Uint8Array(KEY_BYTES)
  const secretKey = new Uint8Array(2 * KEY_BYTES)
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, seed)
  secretKey.fill(0)
  return publicKey
}

/**
 * The 64 bytes that libsodium wants are put together for each call and wiped after it, so that the
 * seed is kept in one place only, the caller's. That costs a tenth of a microsecond.
 */
function signEd25519(seed: Uint8Array, publicKey: Uint8Array, message: Uint8Array): Uint8Array {
  const secretKey = new Uint8Array(2 * KEY_BYTES)
  secretKey.set(seed)
  secretKey.set(publicKey, KEY_BYTES)
  const signature = new Uint8Array(SIGNATURE_BYTES)
  sodium.crypto_sign_detached(signature, message, secretKey)
  secretKey.fill(0)
  return signature
}

function openAesGcm(
  output: Uint8Array,
  sealed: Uint8Array,
  nonce: Uint8Array,
  key: Uint8Array,
): boolean {
  return succeeds(() => {
    const end = sealed.length - TAG_BYTES
    // Without a fixed tag length OpenSSL takes tags of 4 bytes, which can be guessed.
    const cipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    cipher.setAuthTag(sealed.subarray(end))
    output.set(cipher.update(sealed.subarray(0, end)))
    cipher.final()
  })
}

/**
 * OpenSSL throws for bad padding as it does for anything else; which of them it was must not be
 * told apart (`onion/hop-cipher.ts` says why).
 */
function openAesCbc(sealed: Uint8Array, iv: Uint8Array, key: Uint8Array): Uint8Array | undefined {
  const output = new Uint8Array(sealed.length)
  let length = 0
  const opened = succeeds(() => {
    const cipher = createDecipheriv('aes-256-cbc', key, iv)
    const head = cipher.update(sealed)
    const tail = cipher.final()
    output.set(head)
    output.set(tail, head.length)
    length = head.length + tail.length
  })
  return opened ? output.subarray(0, length) : undefined
}

/** libsodium itself refuses what is not in the prime-order group. */
function convertEd25519PublicKey(publicKey: Uint8Array): Uint8Array | undefined {
  const output = new Uint8Array(KEY_BYTES)
  const converted = succeeds(() => sodium.crypto_sign_ed25519_pk_to_curve25519(output, publicKey))
  return converted ? output : undefined
}

/**
 * libsodium refuses low-order keys. The throw of its binding costs an adversary's request some
 * microseconds more than an honest one, which tells him what he knows: that he sent such a key.
 */
function agreeX25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  const shared = new Uint8Array(KEY_BYTES)
  return succeeds(() => sodium.crypto_scalarmult(shared, secretKey, publicKey)) ? shared : undefined
}

function openBox(
  output: Uint8Array,
  sealed: Uint8Array,
  nonce: Uint8Array,
  keys: BoxKeys,
): boolean {
  if (sealed.length < TAG_BYTES) return false
  return sodium.crypto_box_open_easy(output, sealed, nonce, keys.publicKey, keys.secretKey)
}

export const backend: CryptoBackend = {
  name: 'native',
  fillRandom: (output) => sodium.randombytes_buf(output),
  blake2b,
  sha256,
  sha512: (message) => view(hash('sha512', message, 'buffer')),
  sha3: (message) => view(hash('sha3-256', message, 'buffer')),
  shake256: (message, length) =>
    view(createHash('shake256', { outputLength: length }).update(message).digest()),
  hmacSha256,
  argon2id,
  deriveEd25519PublicKey,
  signEd25519,
  verifyEd25519: (publicKey, message, signature) =>
    sodium.crypto_sign_verify_detached(signature, message, publicKey),
  convertEd25519PublicKey,
  deriveX25519PublicKey(secretKey) {
    const publicKey = new Uint8Array(KEY_BYTES)
    sodium.crypto_scalarmult_base(publicKey, secretKey)
    return publicKey
  },
  agreeX25519,
  sealXChaCha20(output, message, nonce, key) {
    sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(output, message, null, null, nonce, key)
  },
  openXChaCha20: (output, sealed, nonce, key) =>
    succeeds(() => {
      sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(output, null, sealed, null, nonce, key)
    }),
  xorXChaCha20(message, nonce, key) {
    const output = new Uint8Array(message.length)
    sodium.crypto_stream_xchacha20_xor(output, message, nonce, key)
    return output
  },
  sealAesGcm(output, message, nonce, key) {
    const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })
    output.set(cipher.update(message))
    cipher.final()
    output.set(cipher.getAuthTag(), message.length)
  },
  openAesGcm,
  sealAesCbc(output, message, iv, key) {
    const cipher = createCipheriv('aes-256-cbc', key, iv)
    const head = cipher.update(message)
    output.set(head)
    output.set(cipher.final(), head.length)
  },
  openAesCbc,
  sealBox: (output, message, nonce, keys) =>
    succeeds(() => sodium.crypto_box_easy(output, message, nonce, keys.publicKey, keys.secretKey)),
  openBox,
  ...nativeKem,
  ...nativeStreams,
  ...nativeText,
}
