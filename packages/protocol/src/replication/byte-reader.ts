/**
 * Reads fields one after the other from bytes that came from outside. Beyond the end every read gives `undefined`.
 *
 * @module
 */

import { type LowerBound, isCanonicalBound } from './key-range.ts'
import { RECORD_TIME_BYTES, isRecordTime, readRecordTime } from './record-time.ts'

export class ByteReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length
  }

  /** A view of the next bytes. */
  take(length: number): Uint8Array | undefined {
    const start = this.#advance(length)
    return start === undefined ? undefined : this.#bytes.subarray(start, start + length)
  }

  uint8(): number | undefined {
    const start = this.#advance(1)
    return start === undefined ? undefined : this.#view.getUint8(start)
  }

  uint16(): number | undefined {
    const start = this.#advance(2)
    return start === undefined ? undefined : this.#view.getUint16(start)
  }

  int16(): number | undefined {
    const start = this.#advance(2)
    return start === undefined ? undefined : this.#view.getInt16(start)
  }

  uint32(): number | undefined {
    const start = this.#advance(4)
    return start === undefined ? undefined : this.#view.getUint32(start)
  }

  uint64(): bigint | undefined {
    const start = this.#advance(8)
    return start === undefined ? undefined : this.#view.getBigUint64(start)
  }

  /** Spec 10 §3.1. */
  time(): number | undefined {
    const start = this.#advance(RECORD_TIME_BYTES)
    const timeMs = start === undefined ? Number.NaN : readRecordTime(this.#view, start)
    return isRecordTime(timeMs) ? timeMs : undefined
  }

  /** Spec 10 §4.1. */
  bound(): LowerBound | undefined {
    const length = this.uint8()
    const bound = length === undefined ? undefined : this.take(length)
    return bound !== undefined && isCanonicalBound(bound) ? bound : undefined
  }

  #advance(length: number): number | undefined {
    const start = this.#offset
    if (start + length > this.#bytes.length) return undefined
    this.#offset += length
    return start
  }
}
