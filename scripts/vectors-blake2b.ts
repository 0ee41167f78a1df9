/**
 * BLAKE2b of RFC 7693, slow and short, as a second opinion for the vectors: OpenSSL has no key,
 * personalisation or other digest length than 64.
 *
 * @module
 */

const MASK = 2n ** 64n - 1n
const BLOCK_BYTES = 128
const ROUNDS = 12

const IV: readonly bigint[] = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
]

/** RFC 7693 §2.7. */
const SIGMA: readonly string[] = [
  '0123456789abcdef',
  'ea489fd61c02b753',
  'b8c052fdae367194',
  '7931dcbe265a40f8',
  '905724afe1bc683d',
  '2c6a0b834d75fe19',
  'c51fed4a0763928b',
  'db7ec13950f4862a',
  '6fe9b308c2d714a5',
  'a2847615fb9e3cd0',
]

/** Columns, then diagonals. */
const QUARTERS: readonly (readonly [number, number, number, number])[] = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
]

export interface Blake2bParameters {
  readonly length: number
  readonly key?: Buffer
  readonly personalisation?: Buffer
}

function rotate(value: bigint, bits: bigint): bigint {
  return ((value >> bits) | (value << (64n - bits))) & MASK
}

function mix(v: bigint[], quarter: readonly number[], x: bigint, y: bigint): void {
  const [a = 0, b = 0, c = 0, d = 0] = quarter
  let [va = 0n, vb = 0n, vc = 0n, vd = 0n] = [v[a], v[b], v[c], v[d]]
  va = (va + vb + x) & MASK
  vd = rotate(vd ^ va, 32n)
  vc = (vc + vd) & MASK
  vb = rotate(vb ^ vc, 24n)
  va = (va + vb + y) & MASK
  vd = rotate(vd ^ va, 16n)
  vc = (vc + vd) & MASK
  vb = rotate(vb ^ vc, 63n)
  v[a] = va
  v[b] = vb
  v[c] = vc
  v[d] = vd
}

function compress(state: bigint[], block: Buffer, counter: bigint, last: boolean): void {
  const v = [...state, ...IV]
  v[12] = (v[12] ?? 0n) ^ counter
  if (last) v[14] = (v[14] ?? 0n) ^ MASK
  for (let round = 0; round < ROUNDS; round++) {
    const order = SIGMA[round % SIGMA.length] ?? ''
    for (const [index, quarter] of QUARTERS.entries()) {
      const at = (offset: number): bigint =>
        block.readBigUInt64LE(8 * Number.parseInt(order.charAt(2 * index + offset), 16))
      mix(v, quarter, at(0), at(1))
    }
  }
  for (const [index, word] of state.entries()) {
    state[index] = word ^ (v[index] ?? 0n) ^ (v[index + 8] ?? 0n)
  }
}

export function hashBlake2b(message: Buffer, parameters: Blake2bParameters): Buffer {
  const { length, key = Buffer.alloc(0), personalisation = Buffer.alloc(0) } = parameters
  const block = Buffer.alloc(64)
  Buffer.of(length, key.length, 1, 1).copy(block)
  personalisation.copy(block, 48)
  const state = IV.map((word, index) => word ^ block.readBigUInt64LE(8 * index))
  const keyBlock =
    key.length > 0 ? Buffer.concat([key, Buffer.alloc(BLOCK_BYTES - key.length)]) : key
  const input = Buffer.concat([keyBlock, message])
  const blocks = Math.max(1, Math.ceil(input.length / BLOCK_BYTES))
  for (let index = 0; index < blocks; index++) {
    const part = Buffer.alloc(BLOCK_BYTES)
    input.copy(part, 0, index * BLOCK_BYTES)
    const counter = Math.min(input.length, (index + 1) * BLOCK_BYTES)
    compress(state, part, BigInt(counter), index === blocks - 1)
  }
  const digest = Buffer.alloc(64)
  for (const [index, word] of state.entries()) digest.writeBigUInt64LE(word, 8 * index)
  return digest.subarray(0, length)
}
