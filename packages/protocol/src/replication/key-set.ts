/**
 * An immutable set of record keys in ascending order, in one piece of memory, and the fingerprints of its ranges
 * (spec 10 §4). Where the keys come from, and that they are read in slices, is the node's part.
 *
 * @module
 */

import { blake2b } from '@sotto/crypto/hash'
import { type RecordKey, RECORD_KEY_BYTES, toRecordKey } from './record-key.ts'
import { KEY_SET_KEYS_MAX, sortKeys } from './sort-keys.ts'

/** Spec 10 §4.2. */
export const FINGERPRINT_BYTES = 16
const DIGEST_BYTES = 32

export interface IndexRange {
  readonly from: number
  /** Behind the last. */
  readonly to: number
}

export class KeySet {
  readonly #bytes: Uint8Array
  readonly count: number

  /** Takes the keys one behind the other, in any order, also twice. They are copied. */
  constructor(packed: Uint8Array) {
    if (packed.length % RECORD_KEY_BYTES !== 0) throw new RangeError('not whole keys')
    if (packed.length / RECORD_KEY_BYTES > KEY_SET_KEYS_MAX) throw new RangeError('too many keys')
    this.#bytes = sortKeys(packed)
    this.count = this.#bytes.length / RECORD_KEY_BYTES
  }

  /** A view. Throws beyond the set. */
  at(index: number): RecordKey {
    if (!(index >= 0 && index < this.count)) throw new RangeError('no such key')
    return toRecordKey(this.slice({ from: index, to: index + 1 }))
  }

  /** The keys of a range one behind the other, as a view. */
  slice({ from, to }: IndexRange): Uint8Array {
    return this.#bytes.subarray(from * RECORD_KEY_BYTES, to * RECORD_KEY_BYTES)
  }

  /** The first 16 bytes of BLAKE2b-256 over the keys of a range (spec 10 §4.2). */
  fingerprint(range: IndexRange): Uint8Array {
    const digest = blake2b(this.slice(range), { length: DIGEST_BYTES })
    return digest.subarray(0, FINGERPRINT_BYTES)
  }

  /** Index of the first key at or behind a bound (spec 10 §4.1); the count for the end of all keys. */
  lowerBound(bound: Uint8Array | undefined): number {
    if (bound === undefined) return this.count
    let low = 0
    let high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#compareAt(middle, bound) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  has(key: RecordKey): boolean {
    const index = this.lowerBound(key)
    return index < this.count && this.#compareAt(index, key) === 0
  }

  *[Symbol.iterator](): Generator<RecordKey, void, void> {
    for (let index = 0; index < this.count; index++) yield this.at(index)
  }

  /** A key that begins with the bound is at it: the bound stands for its first continuation. */
  #compareAt(index: number, bound: Uint8Array): number {
    const offset = index * RECORD_KEY_BYTES
    for (let place = 0; place < bound.length; place++) {
      const difference = (this.#bytes[offset + place] ?? 0) - (bound[place] ?? 0)
      if (difference !== 0) return difference
    }
    return 0
  }
}
