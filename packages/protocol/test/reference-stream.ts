/**
 * XSalsa20-Poly1305 and the key schedule of XChaCha20, written slowly from their specifications (Bernstein's "Extending
 * the Salsa20 nonce", RFC 8439, draft-irtf-cfrg-xchacha §2.2), for the tests that hold our code against an independent
 * one. It imports nothing of ours.
 *
 * @module
 */

type Lane = readonly [number, number, number, number]

const CONSTANT = Buffer.from('expand 32-byte k')
const DOUBLE_ROUNDS = 10
const BLOCK_BYTES = 64
const TAG_BYTES = 16
const SALSA_LANES: readonly Lane[] = [
  [0, 4, 8, 12],
  [5, 9, 13, 1],
  [10, 14, 2, 6],
  [15, 3, 7, 11],
  [0, 1, 2, 3],
  [5, 6, 7, 4],
  [10, 11, 8, 9],
  [15, 12, 13, 14],
]
const CHACHA_LANES: readonly Lane[] = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
]

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

function mixSalsa(state: Int32Array, [a, b, c, d]: Lane): void {
  const at = (index: number): number => state[index] ?? 0
  state[b] = at(b) ^ rotate((at(a) + at(d)) | 0, 7)
  state[c] = at(c) ^ rotate((at(b) + at(a)) | 0, 9)
  state[d] = at(d) ^ rotate((at(c) + at(b)) | 0, 13)
  state[a] = at(a) ^ rotate((at(d) + at(c)) | 0, 18)
}

function mixChacha(state: Int32Array, [a, b, c, d]: Lane): void {
  const at = (index: number): number => state[index] ?? 0
  for (const [first, second] of [
    [16, 12],
    [8, 7],
  ] as const) {
    state[a] = at(a) + at(b)
    state[d] = rotate(at(d) ^ at(a), first)
    state[c] = at(c) + at(d)
    state[b] = rotate(at(b) ^ at(c), second)
  }
}

function permute(
  input: Buffer,
  lanes: readonly Lane[],
  mix: (state: Int32Array, lane: Lane) => void,
): Int32Array {
  const state = Int32Array.from({ length: 16 }, (_, index) => input.readInt32LE(4 * index))
  for (let round = 0; round < DOUBLE_ROUNDS; round++) for (const lane of lanes) mix(state, lane)
  return state
}

function joinWords(words: Iterable<number>): Buffer {
  const numbers = [...words]
  const bytes = Buffer.alloc(4 * numbers.length)
  for (const [index, word] of numbers.entries()) bytes.writeInt32LE(word | 0, 4 * index)
  return bytes
}

/** Salsa20's own order: constant, key, constant, nonce or input, constant, key, constant. */
function layOutSalsa(key: Uint8Array, input: Uint8Array): Buffer {
  const word = (index: number): Buffer => CONSTANT.subarray(4 * index, 4 * index + 4)
  const [first, last] = [key.subarray(0, 16), key.subarray(16)]
  return Buffer.concat([word(0), first, word(1), input, word(2), last, word(3)])
}

/** With sixteen zeros for `input` it makes the key of NaCl's crypto_box from a shared secret. */
export function deriveHsalsa20(key: Uint8Array, input: Uint8Array): Buffer {
  const state = permute(layOutSalsa(key, input), SALSA_LANES, mixSalsa)
  return joinWords([0, 5, 10, 15, 6, 7, 8, 9].map((index) => state[index] ?? 0))
}

/** The key under which ChaCha20-Poly1305 with four zeros and the nonce's last 8 bytes is XChaCha20-Poly1305. */
export function deriveHchacha20(key: Uint8Array, nonce: Uint8Array): Buffer {
  const input = Buffer.concat([CONSTANT, key, nonce.subarray(0, 16)])
  const state = permute(input, CHACHA_LANES, mixChacha)
  return joinWords([...state.subarray(0, 4), ...state.subarray(12)])
}

function streamXsalsa20(key: Uint8Array, nonce: Uint8Array, length: number): Buffer {
  const subkey = deriveHsalsa20(key, nonce.subarray(0, 16))
  const blocks: Buffer[] = []
  for (let index = 0; index * BLOCK_BYTES < length; index++) {
    const counter = Buffer.alloc(8)
    counter.writeUInt32LE(index)
    const input = layOutSalsa(subkey, Buffer.concat([nonce.subarray(16), counter]))
    const state = permute(input, SALSA_LANES, mixSalsa)
    blocks.push(joinWords(state.map((word, at) => word + input.readInt32LE(4 * at))))
  }
  return Buffer.concat(blocks).subarray(0, length)
}

function readLittleEndian(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)
}

/** RFC 8439 §2.5. */
export function computePoly1305(message: Uint8Array, key: Uint8Array): Buffer {
  const r = readLittleEndian(key.subarray(0, 16)) & 0x0ffffffc0ffffffc0ffffffc0fffffffn
  let sum = 0n
  for (let offset = 0; offset < message.length; offset += 16) {
    const block = message.subarray(offset, offset + 16)
    sum =
      ((sum + readLittleEndian(block) + (1n << BigInt(8 * block.length))) * r) % (2n ** 130n - 5n)
  }
  const tag = BigInt.asUintN(128, sum + readLittleEndian(key.subarray(16)))
  return Buffer.from(Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').toReversed())
}

/** NaCl's crypto_secretbox: the tag, then the ciphertext. */
export function sealXsalsa20(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array): Buffer {
  const stream = streamXsalsa20(key, nonce, 32 + plaintext.length)
  const body = Buffer.from(plaintext.map((byte, index) => byte ^ (stream[32 + index] ?? 0)))
  return Buffer.concat([computePoly1305(body, stream.subarray(0, 32)), body])
}

/** Undefined when the tag is not the body's. */
export function openXsalsa20(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
): Buffer | undefined {
  const body = sealed.subarray(TAG_BYTES)
  const stream = streamXsalsa20(key, nonce, 32 + body.length)
  const tag = computePoly1305(body, stream.subarray(0, 32))
  if (!tag.equals(sealed.subarray(0, TAG_BYTES))) return undefined
  return Buffer.from(body.map((byte, index) => byte ^ (stream[32 + index] ?? 0)))
}
