/**
 * BLAKE2b, written slowly from RFC 7693 §3 for the tests that hold our code against an independent one.
 * Node's own library has only the 64-byte form without key. It imports nothing of ours.
 *
 * @module
 */

const MASK = 2n ** 64n - 1n
const BLOCK_BYTES = 128
/** RFC 7693 §2.6: the fractions of the square roots of the first eight primes. */
const INITIAL = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
]
/** RFC 7693 §2.7: the order of the message's words in each round, one hex digit for each. */
const ORDERS = [
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
const ROUNDS = 12
const LANES = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
] as const

function rotateRight(value: bigint, bits: bigint): bigint {
  return ((value >> bits) | (value << (64n - bits))) & MASK
}

/** RFC 7693 §3.1. */
function mix(
  state: bigint[],
  [a, b, c, d]: (typeof LANES)[number],
  words: readonly [bigint, bigint],
): void {
  const at = (index: number): bigint => state[index] ?? 0n
  for (const [word, first, second] of [
    [words[0], 32n, 24n],
    [words[1], 16n, 63n],
  ] as const) {
    state[a] = (at(a) + at(b) + word) & MASK
    state[d] = rotateRight(at(d) ^ at(a), first)
    state[c] = (at(c) + at(d)) & MASK
    state[b] = rotateRight(at(b) ^ at(c), second)
  }
}

function compress(
  chain: readonly bigint[],
  block: Buffer,
  end: { readonly count: number; readonly isLast: boolean },
): bigint[] {
  const state = [...chain, ...INITIAL]
  state[12] = (state[12] ?? 0n) ^ BigInt(end.count)
  if (end.isLast) state[14] = (state[14] ?? 0n) ^ MASK
  for (let round = 0; round < ROUNDS; round++) {
    const order = ORDERS[round % ORDERS.length] ?? ''
    const word = (position: number): bigint =>
      block.readBigUInt64LE(8 * Number.parseInt(order.charAt(position), 16))
    for (const [index, lane] of LANES.entries()) {
      mix(state, lane, [word(2 * index), word(2 * index + 1)])
    }
  }
  return chain.map((value, index) => value ^ (state[index] ?? 0n) ^ (state[index + 8] ?? 0n))
}

/** RFC 7693 §3.3: a key is a block of its own before the message. A name is sixteen characters of personalisation. */
export function hashSlowly(
  message: Uint8Array,
  length: number,
  key?: Uint8Array,
  name?: string,
): Buffer {
  const keyLength = BigInt(key?.length ?? 0)
  const parameters = Buffer.alloc(64)
  parameters.writeBigUInt64LE(0x01010000n ^ (keyLength << 8n) ^ BigInt(length))
  parameters.write(name ?? '', 48, 'latin1')
  let chain = INITIAL.map((value, index) => value ^ parameters.readBigUInt64LE(8 * index))
  const keyBlock = Buffer.alloc(key === undefined ? 0 : BLOCK_BYTES)
  keyBlock.set(key ?? [])
  const input = Buffer.concat([keyBlock, message])
  const blocks = Math.max(1, Math.ceil(input.length / BLOCK_BYTES))
  for (let index = 0; index < blocks; index++) {
    const block = Buffer.alloc(BLOCK_BYTES)
    block.set(input.subarray(index * BLOCK_BYTES, (index + 1) * BLOCK_BYTES))
    const count = Math.min(input.length, (index + 1) * BLOCK_BYTES)
    chain = compress(chain, block, { count, isLast: index === blocks - 1 })
  }
  const digest = Buffer.alloc(64)
  for (const [index, value] of chain.entries()) digest.writeBigUInt64LE(value, 8 * index)
  return digest.subarray(0, length)
}
