/**
 * Reads the bt encoding strictly (spec 00 §2.3): every value has exactly one encoding, and any other is refused, so
 * that a signature over re-encoded bytes means the same to everyone. Byte strings are views into the input. Writing
 * is `encode-bt.ts`.
 *
 * @module
 */

import { type Result, err, ok } from '@sotto/crypto/result'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import {
  BT_BYTE,
  BT_INTEGER_DIGITS_MAX,
  BT_INTEGER_MAX,
  BT_INTEGER_MIN,
  BT_LIMITS,
  type BtDict,
  type BtLimits,
  type BtValue,
} from './bt-value.ts'

/** Digits of the longest length prefix; more could only announce what no input holds. */
const LENGTH_DIGITS_MAX = 9
/** Digits that a number always holds exactly. */
const EXACT_DIGITS_MAX = 15

/** Reads bytes from outside. Never throws; the whole input must be one value. */
export function decodeBt(
  bytes: Uint8Array,
  limits: Partial<BtLimits> = {},
): Result<BtValue, ProtocolError> {
  const reader = new BtReader(bytes, { ...BT_LIMITS, ...limits })
  const value = reader.readWhole()
  return value === undefined ? err(reader.failure()) : ok(value)
}

/** Recursion is safe because the depth is bounded. `undefined` stands for a refusal that `failure` explains. */
class BtReader {
  readonly #bytes: Uint8Array
  readonly #limits: BtLimits
  #offset = 0
  #depth = 0
  #items = 0
  #code: ProtocolErrorCode = 'bt_malformed'
  #detail = 'cut short'

  constructor(bytes: Uint8Array, limits: BtLimits) {
    this.#bytes = bytes
    this.#limits = limits
  }

  failure(): ProtocolError {
    return new ProtocolError(this.#code, `${this.#detail} at byte ${this.#offset}`)
  }

  readWhole(): BtValue | undefined {
    if (this.#bytes.length > this.#limits.bytes) return this.#refuse('bt_limit', 'input too long')
    const value = this.#readValue()
    if (value === undefined) return undefined
    if (this.#offset !== this.#bytes.length)
      return this.#refuse('bt_malformed', 'bytes after value')
    return value
  }

  #readValue(): BtValue | undefined {
    if (++this.#items > this.#limits.items) return this.#refuse('bt_limit', 'too many values')
    switch (this.#bytes[this.#offset]) {
      case undefined:
        return undefined
      case BT_BYTE.integer:
        return this.#readInteger()
      case BT_BYTE.list:
        return this.#readNested(() => this.#readList())
      case BT_BYTE.dict:
        return this.#readNested(() => this.#readDict())
      default:
        return this.#readByteString()
    }
  }

  #readNested<T>(read: () => T | undefined): T | undefined {
    if (this.#depth >= this.#limits.depth) return this.#refuse('bt_limit', 'nested too deep')
    this.#depth++
    this.#offset++
    const value = read()
    this.#depth--
    return value
  }

  #readList(): BtValue[] | undefined {
    const list: BtValue[] = []
    while (!this.#skip(BT_BYTE.end)) {
      const value = this.#readValue()
      if (value === undefined) return undefined
      list.push(value)
    }
    return list
  }

  #readDict(): BtDict | undefined {
    const dict = new Map<string, BtValue>()
    let previous: string | undefined
    while (!this.#skip(BT_BYTE.end)) {
      const keyBytes = this.#readByteString()
      if (keyBytes === undefined) return undefined
      const key = readLatin1(keyBytes)
      if (previous !== undefined && key <= previous) {
        return this.#refuse('bt_not_canonical', 'keys out of order')
      }
      const value = this.#readValue()
      if (value === undefined) return undefined
      dict.set(key, value)
      previous = key
    }
    return dict
  }

  #readByteString(): Uint8Array | undefined {
    const length = this.#readDigits(LENGTH_DIGITS_MAX)
    if (length === undefined) return undefined
    if (!this.#skip(BT_BYTE.colon)) return this.#refuse('bt_malformed', 'no colon after length')
    const start = this.#offset
    const end = start + Number(length)
    if (end > this.#bytes.length) return undefined
    this.#offset = end
    return this.#bytes.subarray(start, end)
  }

  #readInteger(): number | bigint | undefined {
    this.#offset++
    const isNegative = this.#skip(BT_BYTE.minus)
    const digits = this.#readDigits(BT_INTEGER_DIGITS_MAX)
    if (digits === undefined) return undefined
    if (!this.#skip(BT_BYTE.end)) return this.#refuse('bt_malformed', 'integer without end')
    if (isNegative && digits === '0') return this.#refuse('bt_not_canonical', 'minus zero')
    if (digits.length <= EXACT_DIGITS_MAX) return isNegative ? -Number(digits) : Number(digits)
    const large = isNegative ? -BigInt(digits) : BigInt(digits)
    if (large < BT_INTEGER_MIN || large > BT_INTEGER_MAX) {
      return this.#refuse('bt_limit', 'integer beyond 64 bits')
    }
    const small = Number(large)
    return Number.isSafeInteger(small) ? small : large
  }

  #readDigits(digitsMax: number): string | undefined {
    const start = this.#offset
    while (this.#isDigit(this.#bytes[this.#offset])) {
      if (this.#offset - start >= digitsMax) return this.#refuse('bt_limit', 'too many digits')
      this.#offset++
    }
    if (this.#offset === start) return this.#refuse('bt_malformed', 'digit expected')
    if (this.#offset - start > 1 && this.#bytes[start] === BT_BYTE.digit0) {
      return this.#refuse('bt_not_canonical', 'leading zero')
    }
    return readLatin1(this.#bytes.subarray(start, this.#offset))
  }

  #isDigit(byte: number | undefined): boolean {
    return byte !== undefined && byte >= BT_BYTE.digit0 && byte <= BT_BYTE.digit9
  }

  #skip(byte: number): boolean {
    if (this.#bytes[this.#offset] !== byte) return false
    this.#offset++
    return true
  }

  #refuse(code: ProtocolErrorCode, detail: string): undefined {
    this.#code = code
    this.#detail = detail
    return undefined
  }
}

function readLatin1(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
