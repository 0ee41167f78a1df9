/**
 * Choices that everybody who has the seed makes alike (spec 02 §6.3): numbers from a keyed counter stream, without
 * bias. Where the seed comes from, and that nobody could choose it, is the directory's part.
 *
 * @module
 */

import { concatBytes, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'

/** Spec 02 §6.3. */
const SEED_BYTES = 32
const BLOCK_BYTES = 64
const WORD_BYTES = 4
const WORD_VALUES = 2 ** 32
/** Sets this stream apart from whatever else is keyed with the same seed. */
const CONTEXT: Uint8Array = encodeUtf8('sotto-swarms')

export class SeededDraw {
  readonly #seed: Uint8Array
  #block: DataView = new DataView(new ArrayBuffer(0))
  #blockNumber = 0
  #offset = 0

  /** Throws unless the seed has 32 bytes. */
  constructor(seed: Uint8Array) {
    if (seed.length !== SEED_BYTES) throw new RangeError('a seed of swarms has 32 bytes')
    this.#seed = seed
  }

  /** An integer from 0 to `count − 1`. A choice among one takes nothing from the stream. */
  below(count: number): number {
    if (count <= 1) return 0
    // The words of the last, incomplete run of `count` would make low numbers likelier than high ones.
    const wholeRuns = WORD_VALUES - (WORD_VALUES % count)
    let word = this.#nextWord()
    while (word >= wholeRuns) word = this.#nextWord()
    return word % count
  }

  /** Throws when there is nothing to choose from. */
  choose<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)]
    if (item === undefined) throw new RangeError('nothing to choose from')
    return item
  }

  /** One after the other is drawn; those that remain keep their order. */
  shuffle<T>(items: readonly T[]): readonly T[] {
    const rest = [...items]
    const shuffled: T[] = []
    while (rest.length > 0) shuffled.push(...rest.splice(this.below(rest.length), 1))
    return shuffled
  }

  #nextWord(): number {
    if (this.#offset === this.#block.byteLength) this.#nextBlock()
    const word = this.#block.getUint32(this.#offset)
    this.#offset += WORD_BYTES
    return word
  }

  #nextBlock(): void {
    const number = new Uint8Array(WORD_BYTES)
    new DataView(number.buffer).setUint32(0, this.#blockNumber)
    const block = blake2b(concatBytes([CONTEXT, number]), { length: BLOCK_BYTES, key: this.#seed })
    this.#block = new DataView(block.buffer, block.byteOffset, block.length)
    this.#blockNumber += 1
    this.#offset = 0
  }
}
