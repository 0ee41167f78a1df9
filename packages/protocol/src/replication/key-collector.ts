/**
 * Keys that come one after the other, in one piece of memory that grows up to a limit.
 *
 * @module
 */

import { KeySet } from './key-set.ts'
import { RECORD_KEY_BYTES } from './record-key.ts'
import { KEY_SET_KEYS_MAX } from './sort-keys.ts'

const INITIAL_KEYS = 16

export class KeyCollector {
  #bytes = new Uint8Array(INITIAL_KEYS * RECORD_KEY_BYTES)
  #length = 0
  #hasOverflowed = false
  readonly #keysMax: number

  constructor(keysMax: number) {
    this.#keysMax = Math.min(keysMax, KEY_SET_KEYS_MAX)
  }

  /** Whether a key was left out because there were enough. */
  get hasOverflowed(): boolean {
    return this.#hasOverflowed
  }

  /** The key is copied. */
  add(key: Uint8Array): void {
    this.#hasOverflowed ||= this.#length >= this.#keysMax * RECORD_KEY_BYTES
    if (this.#hasOverflowed) return
    const length = this.#length + RECORD_KEY_BYTES
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes.subarray(0, this.#length))
      this.#bytes = larger
    }
    this.#bytes.set(key, this.#length)
    this.#length = length
  }

  toKeySet(): KeySet {
    return new KeySet(this.#bytes.subarray(0, this.#length))
  }
}
