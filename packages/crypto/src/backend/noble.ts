/**
 * The reference back end: noble's audited TypeScript, the same in every browser and runtime. It
 * is the default, and what an auditor should read; `native.ts` must agree with it to the byte
 * (ADR 0002).
 *
 * It holds no rule of Sotto's own except where two libraries differ, and then it takes the
 * stricter side. ML-KEM is in `noble-kem.ts`, streams are in `noble-stream.ts`,
 * keys met before in `noble-keys.ts`.
 *
 * @module
 */
import { cbc, gcm } from '@noble/ciphers/aes.js'
import { xchacha20, xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { hsalsa, xsalsa20poly1305 } from '@noble/ciphers/salsa.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { bytesToNumberLE } from '@noble/curves/utils.js'
import { argon2id } from '@noble/hashes/argon2.js'
import { blake2b } from '@noble/hashes/blake2.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { sha3_256, shake256 } from '@noble/hashes/sha3.js'
import { platform } from '../platform.ts'
import { decodeBase64Body, encodeBase64 } from '../text/base64.ts'
import { decodeHex, encodeHex } from '../text/hex.ts'
import { decodeUtf8, encodeUtf8 } from '../text/utf8.ts'
import type { Blake2bOptions, BoxKeys, CryptoBackend } from './crypto-backend.ts'
import { nobleKem } from './noble-kem.ts'
import { meetKey } from './noble-keys.ts'
import { nobleStreams } from './noble-stream.ts'

/** What `crypto.getRandomValues` gives at most in one call (Web Cryptography API §10.1.1). */
const RANDOM_CHUNK_BYTES = 65_536
const TAG_BYTES = 16
const ARGON2_KEY_BYTES = 32
const BOX_KEY_BYTES = 32
const POINT_BYTES = 32
/** "expand 32-byte k" as the four little-endian words that HSalsa20 begins with. */
const SALSA_CONSTANT: Uint32Array = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574)

/**
 * Runs an operation of a library that throws on what an adversary may send. The input's lengths
 * were checked before, so a throw in here means "refused", and the reason must not leak to
 * anyone.
 */
function attempt<T>(operation: () => T): T | undefined {
  try {
    return operation()
  } catch {
    return undefined
  }
}

/**
 * The Web Cryptography API refuses more than a chunk at once, by a throw that would reach whoever
 * asked for a large random payload in a browser and never in a test in Node.
 */
function fillRandom(output: Uint8Array): void {
  for (let offset = 0; offset < output.length; offset += RANDOM_CHUNK_BYTES) {
    platform.crypto.getRandomValues(output.subarray(offset, offset + RANDOM_CHUNK_BYTES))
  }
}

function hashBlake2b(message: Uint8Array, options: Blake2bOptions): Uint8Array {
  return blake2b(message, {
    dkLen: options.length,
    ...(options.key === undefined ? {} : { key: options.key }),
    ...(options.salt === undefined ? {} : { salt: options.salt }),
    ...(options.personalisation === undefined ? {} : { personalization: options.personalisation }),
  })
}

/**
 * RFC 8032 §5.1.7 with the equation S·B = R + h·A taken as it stands. Noble's own `verify`
 * multiplies both sides by the cofactor, libsodium does not: whoever makes a key with a
 * small-order part could otherwise sign messages that clients accept and nodes refuse, or the
 * reverse. `Fn.fromBytes` refuses S of q or more, the second form of a signature.
 */
function verifyEd25519(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const { Point } = ed25519
  const verified = attempt(() => {
    const encodedR = signature.subarray(0, POINT_BYTES)
    const scalarS = Point.Fn.fromBytes(signature.subarray(POINT_BYTES))
    const keyA = meetKey(publicKey)
    const pointR = Point.fromBytes(encodedR, false)
    const digest = sha512.create().update(encodedR).update(publicKey).update(message).digest()
    const h = Point.Fn.create(bytesToNumberLE(digest))
    return Point.BASE.multiplyUnsafe(scalarS).subtract(keyA.multiply(h)).equals(pointR)
  })
  return verified === true
}

function convertEd25519PublicKey(publicKey: Uint8Array): Uint8Array | undefined {
  return attempt(() => meetKey(publicKey).convert())
}

function agreeX25519(secretKey: Uint8Array, publicKey: Uint8Array): Uint8Array | undefined {
  return attempt(() => x25519.getSharedSecret(secretKey, publicKey))
}

/**
 * NaCl's `crypto_box_beforenm`: the Diffie-Hellman result is not uniform, HSalsa20 makes a key
 * of it.
 */
function deriveBoxKey(keys: BoxKeys): Uint8Array | undefined {
  const shared = agreeX25519(keys.secretKey, keys.publicKey)
  if (shared === undefined) return undefined
  const words = new Uint32Array(BOX_KEY_BYTES / 4)
  hsalsa(SALSA_CONSTANT, readWords(shared), new Uint32Array(4), words)
  shared.fill(0)
  const key = new Uint8Array(BOX_KEY_BYTES)
  const view = new DataView(key.buffer)
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true)
  words.fill(0)
  return key
}

/**
 * By `DataView`, not by a `Uint32Array` over the same memory: that one needs an aligned offset,
 * which a view into a received frame does not have, and the machine's byte order.
 */
function readWords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) =>
    view.getUint32(4 * index, true),
  )
}

/** The tag comes first here, as NaCl has it; in the other ciphers of this file it comes last. */
function sealBox(
  output: Uint8Array,
  message: Uint8Array,
  nonce: Uint8Array,
  keys: BoxKeys,
): boolean {
  const key = deriveBoxKey(keys)
  if (key === undefined) return false
  output.set(xsalsa20poly1305(key, nonce).encrypt(message))
  key.fill(0)
  return true
}

function openBox(
  output: Uint8Array,
  sealed: Uint8Array,
  nonce: Uint8Array,
  keys: BoxKeys,
): boolean {
  if (sealed.length < TAG_BYTES) return false
  const key = deriveBoxKey(keys)
  if (key === undefined) return false
  const message = attempt(() => xsalsa20poly1305(key, nonce).decrypt(sealed))
  key.fill(0)
  if (message === undefined) return false
  output.set(message)
  return true
}

export const backend: CryptoBackend = {
  name: 'noble',
  fillRandom,
  blake2b: hashBlake2b,
  sha256: (message) => sha256(message),
  sha512: (message) => sha512(message),
  sha3: (message) => sha3_256(message),
  shake256: (message, length) => shake256(message, { dkLen: length }),
  hmacSha256: (key, message) => hmac(sha256, key, message),
  argon2id: (passphrase, salt, { passes, memoryKibibytes, bytes = ARGON2_KEY_BYTES }) =>
    argon2id(passphrase, salt, { t: passes, m: memoryKibibytes, p: 1, dkLen: bytes }),
  deriveEd25519PublicKey: (seed) => ed25519.getPublicKey(seed),
  signEd25519: (seed, _publicKey, message) => ed25519.sign(message, seed),
  verifyEd25519,
  convertEd25519PublicKey,
  deriveX25519PublicKey: (secretKey) => x25519.getPublicKey(secretKey),
  agreeX25519,
  sealXChaCha20(output, message, nonce, key) {
    xchacha20poly1305(key, nonce).encrypt(message, output)
  },
  openXChaCha20: (output, sealed, nonce, key) =>
    attempt(() => xchacha20poly1305(key, nonce).decrypt(sealed, output)) !== undefined,
  xorXChaCha20: (message, nonce, key) => xchacha20(key, nonce, message),
  sealAesGcm(output, message, nonce, key) {
    output.set(gcm(key, nonce).encrypt(message))
  },
  openAesGcm(output, sealed, nonce, key) {
    const message = attempt(() => gcm(key, nonce).decrypt(sealed))
    if (message === undefined) return false
    output.set(message)
    return true
  },
  sealAesCbc(output, message, iv, key) {
    output.set(cbc(key, iv).encrypt(message))
  },
  openAesCbc: (sealed, iv, key) => attempt(() => cbc(key, iv).decrypt(sealed)),
  sealBox,
  openBox,
  ...nobleKem,
  ...nobleStreams,
  encodeHex,
  decodeHex,
  encodeBase64,
  decodeBase64: decodeBase64Body,
  encodeUtf8,
  decodeUtf8,
}
