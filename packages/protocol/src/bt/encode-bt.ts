/**
 * Writes the bt encoding (spec 00 §2). Dict keys are sorted here, so the order in which a map was filled does not
 * show. What cannot be encoded is a mistake of ours and throws; reading is `decode-bt.ts`.
 *
 * @module
 */

import { encodeUtf8 } from '@sotto/crypto/bytes'
import { BT_BYTE, BT_INTEGER_MAX, BT_INTEGER_MIN, type BtInput } from './bt-value.ts'

const INITIAL_BYTES = 256
const KEY_CHARACTER_MAX = 0xff

/** Throws a `RangeError` for fractions, integers beyond 64 bits, and key characters beyond U+00FF. */
export function encodeBt(value: BtInput): Uint8Array {
  const writer = new BtWriter()
  writeValue(writer, value)
  return writer.finish()
}

function writeValue(writer: BtWriter, value: BtInput): void {
  if (typeof value === 'number' || typeof value === 'bigint') {
    writer.byte(BT_BYTE.integer)
    writer.latin1(formatInteger(value))
    writer.byte(BT_BYTE.end)
  } else if (typeof value === 'string') {
    writer.byteString(encodeUtf8(value))
  } else if (value instanceof Uint8Array) {
    writer.byteString(value)
  } else if (isMap(value)) {
    writeDict(writer, value)
  } else {
    writer.byte(BT_BYTE.list)
    for (const item of value) writeValue(writer, item)
    writer.byte(BT_BYTE.end)
  }
}

function writeDict(writer: BtWriter, dict: ReadonlyMap<string, BtInput>): void {
  writer.byte(BT_BYTE.dict)
  // The default order compares UTF-16 units, which for U+0000 to U+00FF is the order of the bytes.
  for (const key of [...dict.keys()].toSorted()) {
    const value = dict.get(key)
    if (value === undefined) throw new RangeError('a dict value is undefined')
    writer.latin1(`${key.length}:`)
    writer.latin1(key)
    writeValue(writer, value)
  }
  writer.byte(BT_BYTE.end)
}

function formatInteger(value: number | bigint): string {
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new RangeError('not a safe integer')
    // Minus zero prints as "0", which is the one encoding of zero.
    return value.toString()
  }
  if (value < BT_INTEGER_MIN || value > BT_INTEGER_MAX) {
    throw new RangeError('integer beyond 64 bits')
  }
  return value.toString()
}

function isMap(value: BtInput): value is ReadonlyMap<string, BtInput> {
  return value instanceof Map
}

/** A buffer that doubles. One pass without it would need the length of every inner value first. */
class BtWriter {
  #bytes = new Uint8Array(INITIAL_BYTES)
  #length = 0

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  latin1(text: string): void {
    this.#reserve(text.length)
    for (let index = 0; index < text.length; index++) {
      const character = text.charCodeAt(index)
      if (character > KEY_CHARACTER_MAX) throw new RangeError('key character beyond one byte')
      this.#bytes[this.#length++] = character
    }
  }

  byteString(bytes: Uint8Array): void {
    this.latin1(`${bytes.length}:`)
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  finish(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  #reserve(count: number): void {
    const needed = this.#length + count
    if (needed <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}
