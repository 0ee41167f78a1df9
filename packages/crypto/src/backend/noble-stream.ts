/**
 * The secret stream and the running hash of the reference back end (spec 13 §2). The construction is libsodium's
 * `crypto_secretstream_xchacha20poly1305`, put together from noble's ciphers: noble itself has no such stream.
 *
 * It knows no rekeying: no chunk of spec 13 asks for it, and the chunk counter cannot come to its end.
 *
 * @module
 */
import { poly1305 } from '@noble/ciphers/_poly1305.js'
import { chacha20, hchacha } from '@noble/ciphers/chacha.js'
import { equalBytes } from '@noble/ciphers/utils.js'
import { blake2b } from '@noble/hashes/blake2.js'
import type { SecretStream, StreamCiphers } from './crypto-backend.ts'

const BLOCK_BYTES = 64
const KEY_BYTES = 32
const MAC_BYTES = 16
const HCHACHA_NONCE_BYTES = 16
const INNER_NONCE_BYTES = 8
/** "expand 32-byte k" as the four little-endian words that ChaCha20 begins with. */
const CHACHA_CONSTANT: Uint32Array = Uint32Array.of(0x61707865, 0x3320646e, 0x79622d32, 0x6b206574)

/** By `DataView`, which needs no aligned offset. */
function readWords(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  return Uint32Array.from({ length: bytes.length / 4 }, (_, index) =>
    view.getUint32(4 * index, true),
  )
}

function deriveStreamKey(key: Uint8Array, header: Uint8Array): Uint8Array {
  const words = new Uint32Array(KEY_BYTES / 4)
  hchacha(
    CHACHA_CONSTANT,
    readWords(key),
    readWords(header.subarray(0, HCHACHA_NONCE_BYTES)),
    words,
  )
  const derived = new Uint8Array(KEY_BYTES)
  const view = new DataView(derived.buffer)
  for (const [index, word] of words.entries()) view.setUint32(4 * index, word, true)
  words.fill(0)
  return derived
}

class NobleSecretStream implements SecretStream {
  readonly #key: Uint8Array
  /** The number of the next chunk, from 1, in four bytes, and eight that each chunk's tag changes. */
  readonly #nonce = new Uint8Array(4 + INNER_NONCE_BYTES)

  constructor(key: Uint8Array, header: Uint8Array) {
    this.#key = deriveStreamKey(key, header)
    this.#nonce[0] = 1
    this.#nonce.set(header.subarray(HCHACHA_NONCE_BYTES), 4)
  }

  push(output: Uint8Array, message: Uint8Array, tag: number): void {
    const body = output.subarray(1, 1 + message.length)
    const block = this.#tagBlock(tag)
    output[0] = block[0] ?? 0
    chacha20(this.#key, this.#nonce, message, body, 2)
    const mac = this.#authenticate(block, body)
    output.set(mac, 1 + message.length)
    this.#advance(mac)
  }

  pull(output: Uint8Array, sealed: Uint8Array): number | undefined {
    const end = sealed.length - MAC_BYTES
    const body = sealed.subarray(1, end)
    const keystream = this.#tagBlock(0)
    const tag = (sealed[0] ?? 0) ^ (keystream[0] ?? 0)
    keystream[0] = sealed[0] ?? 0
    const mac = this.#authenticate(keystream, body)
    if (!equalBytes(mac, sealed.subarray(end))) return undefined
    chacha20(this.#key, this.#nonce, body, output, 2)
    this.#advance(mac)
    return tag
  }

  /** The tag is the first byte of a block of its own, whose other bytes are zeros. */
  #tagBlock(tag: number): Uint8Array {
    const block = new Uint8Array(BLOCK_BYTES)
    block[0] = tag
    return chacha20(this.#key, this.#nonce, block, undefined, 1)
  }

  /** The zeros behind the body are as many as its length has above a multiple of 16, as libsodium has it. */
  #authenticate(block: Uint8Array, body: Uint8Array): Uint8Array {
    const key = chacha20(this.#key, this.#nonce, new Uint8Array(KEY_BYTES))
    const lengths = new DataView(new ArrayBuffer(16))
    lengths.setBigUint64(8, BigInt(BLOCK_BYTES + body.length), true)
    const mac = poly1305
      .create(key)
      .update(block)
      .update(body)
      .update(new Uint8Array(body.length % MAC_BYTES))
      .update(new Uint8Array(lengths.buffer))
      .digest()
    key.fill(0)
    return mac
  }

  #advance(mac: Uint8Array): void {
    for (let index = 0; index < INNER_NONCE_BYTES; index++) {
      this.#nonce[4 + index] = (this.#nonce[4 + index] ?? 0) ^ (mac[index] ?? 0)
    }
    const view = new DataView(this.#nonce.buffer)
    view.setUint32(0, view.getUint32(0, true) + 1, true)
  }
}

export const nobleStreams: StreamCiphers = {
  createSecretStream: (key, header) => new NobleSecretStream(key, header),
  createBlake2b({ length, key, personalisation, salt }) {
    const hash = blake2b.create({
      dkLen: length,
      ...(key !== undefined && { key }),
      ...(salt !== undefined && { salt }),
      ...(personalisation !== undefined && { personalization: personalisation }),
    })
    return {
      update: (bytes) => {
        hash.update(bytes)
      },
      digest: () => hash.digest(),
    }
  },
}
