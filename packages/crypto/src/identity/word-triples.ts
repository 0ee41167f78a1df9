/**
 * Bytes as words of the list: each 4 bytes, read little-endian, are three digits of base 1626,
 * each digit counted from the one before it (spec 01 §7.2). The checksum word and the number of
 * words are `recovery-phrase.ts`'s matter.
 *
 * @module
 */
import { encodeUint32LittleEndian, readUint32LittleEndian } from '../bytes.ts'
import { WORDS } from './word-list.ts'

export const GROUP_BYTES = 4
export const GROUP_WORDS = 3
/**
 * Words of the list are told apart by this many letters, so that a phrase survives bad
 * spelling.
 */
export const PREFIX_LETTERS = 3

const BASE = WORDS.length

const INDEX_BY_PREFIX: ReadonlyMap<string, number> = new Map(
  WORDS.map((word, index) => [word.slice(0, PREFIX_LETTERS), index] as const),
)

/** Throws unless the length is a multiple of 4. */
export function encodeWordIndices(bytes: Uint8Array): number[] {
  if (bytes.length % GROUP_BYTES !== 0) throw new RangeError('not a multiple of 4 bytes')
  const indices: number[] = []
  for (let offset = 0; offset < bytes.length; offset += GROUP_BYTES) {
    const x = readUint32LittleEndian(bytes, offset) ?? 0
    const first = x % BASE
    const second = (Math.floor(x / BASE) + first) % BASE
    const third = (Math.floor(Math.floor(x / BASE) / BASE) + second) % BASE
    indices.push(first, second, third)
  }
  return indices
}

/**
 * The inverse, for a multiple of three indices of the list. Three digits of base 1626 reach a
 * little above 2³²; of a number that no encoder writes, the low 32 bits are kept, as every
 * implementation does: refusing it would lock out whoever made up a phrase by hand long ago.
 */
export function decodeWordIndices(indices: readonly number[]): Uint8Array {
  const bytes = new Uint8Array((indices.length / GROUP_WORDS) * GROUP_BYTES)
  for (let group = 0; group * GROUP_WORDS < indices.length; group++) {
    const [first = 0, second = 0, third = 0] = indices.slice(group * GROUP_WORDS)
    const x =
      first +
      BASE * ((BASE - first + second) % BASE) +
      BASE * BASE * ((BASE - second + third) % BASE)
    bytes.set(encodeUint32LittleEndian(x >>> 0), group * GROUP_BYTES)
  }
  return bytes
}

/** By the first three letters, in any case. */
export function findWordIndex(word: string): number | undefined {
  return INDEX_BY_PREFIX.get(word.slice(0, PREFIX_LETTERS).toLowerCase())
}

export function wordAt(index: number): string {
  const word = WORDS[index]
  if (word === undefined) throw new RangeError('no such word')
  return word
}
