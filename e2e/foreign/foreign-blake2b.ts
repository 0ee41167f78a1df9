/**
 * BLAKE2b with a key and a personalisation (RFC 7693 §2.5, §3.2), which the WebAssembly build of libsodium does not offer.
 * Slow, and short.
 *
 * @module
 */

const MASK = 2n ** 64n - 1n
const BLOCK_BYTES = 128
const PERSONAL_OFFSET = 48
const IV = [
  0x6a09e667f3bcc908n,
  0xbb67ae8584caa73bn,
  0x3c6ef372fe94f82bn,
  0xa54ff53a5f1d36f1n,
  0x510e527fade682d1n,
  0x9b05688c2b3e6c1fn,
  0x1f83d9abfb41bd6bn,
  0x5be0cd19137e2179n,
]
const SIGMA = [
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
  '0123456789abcdef',
  'ea489fd61c02b753',
].map((row) => Array.from(row, (digit) => Number.parseInt(digit, 16)))
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

export interface Blake2bOptions {
  readonly size: number
  readonly key?: Uint8Array
  /** Sixteen characters. */
  readonly personal?: string
}

export function hashBlake2b(
  message: Uint8Array,
  { size, key = new Uint8Array(), personal = '' }: Blake2bOptions,
): Buffer {
  const parameters = Buffer.alloc(64)
  parameters.set([size, key.length, 1, 1])
  parameters.write(personal, PERSONAL_OFFSET, 'latin1')
  const state = IV.map((word, index) => word ^ parameters.readBigUInt64LE(8 * index))
  const keyBlock = Buffer.alloc(key.length > 0 ? BLOCK_BYTES : 0)
  keyBlock.set(key)
  const input = Buffer.concat([keyBlock, message])
  const blocks = Math.max(1, Math.ceil(input.length / BLOCK_BYTES))
  for (let index = 0; index < blocks; index++) {
    const end = Math.min((index + 1) * BLOCK_BYTES, input.length)
    const block = Buffer.alloc(BLOCK_BYTES)
    block.set(input.subarray(index * BLOCK_BYTES, end))
    compress(state, block, { end, isLast: index === blocks - 1 })
  }
  const digest = Buffer.alloc(64)
  state.forEach((word, index) => digest.writeBigUInt64LE(word, 8 * index))
  return digest.subarray(0, size)
}

function compress(
  state: bigint[],
  block: Buffer,
  { end, isLast }: { readonly end: number; readonly isLast: boolean },
): void {
  const words = Array.from({ length: 16 }, (_, index) => block.readBigUInt64LE(8 * index))
  const mixed = [...state, ...IV]
  mixed[12] = at(mixed, 12) ^ BigInt(end)
  if (isLast) mixed[14] = at(mixed, 14) ^ MASK
  for (const row of SIGMA)
    LANES.forEach((lane, index) => {
      mix(mixed, lane, [at(words, row[2 * index]), at(words, row[2 * index + 1])])
    })
  for (let index = 0; index < 8; index++)
    state[index] = at(state, index) ^ at(mixed, index) ^ at(mixed, index + 8)
}

function mix(
  v: bigint[],
  [a, b, c, d]: readonly [number, number, number, number],
  [x, y]: readonly [bigint, bigint],
): void {
  const halves = [
    { word: x, first: 32n, second: 24n },
    { word: y, first: 16n, second: 63n },
  ]
  for (const { word, first, second } of halves) {
    v[a] = (at(v, a) + at(v, b) + word) & MASK
    v[d] = rotate(at(v, d) ^ at(v, a), first)
    v[c] = (at(v, c) + at(v, d)) & MASK
    v[b] = rotate(at(v, b) ^ at(v, c), second)
  }
}

function rotate(word: bigint, bits: bigint): bigint {
  return ((word >> bits) | (word << (64n - bits))) & MASK
}

function at(words: readonly bigint[], index: number | undefined): bigint {
  const word = index === undefined ? undefined : words[index]
  if (word === undefined) throw new Error('no such word')
  return word
}
