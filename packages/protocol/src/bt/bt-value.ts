/**
 * The values of the bt encoding and the bounds that a decoder keeps (spec 00 §2.1, §2.4).
 *
 * @module
 */

/** Keys are byte strings, one character (U+0000 to U+00FF) a byte. */
export type BtDict = ReadonlyMap<string, BtValue>

/** Integers are numbers where a number is exact, else bigints; byte strings are views into the decoded input. */
export type BtValue = number | bigint | Uint8Array | readonly BtValue[] | BtDict

/** What the encoder takes besides: text, which becomes its UTF-8 bytes. */
export type BtInput =
  | number
  | bigint
  | string
  | Uint8Array
  | readonly BtInput[]
  | ReadonlyMap<string, BtInput>

export interface BtLimits {
  readonly bytes: number
  /** Lists and dicts inside one another; a lone list has depth 1. */
  readonly depth: number
  /** Values in total, so that the memory taken stays in proportion to what was sent. */
  readonly items: number
}

/** Spec 00 §2.4. */
export const BT_LIMITS: BtLimits = {
  bytes: 10 * 1024 * 1024 + 64 * 1024,
  depth: 32,
  items: 1_000_000,
}

/** Spec 00 §2.1. Integers fit in 64 bits, with or without sign. */
export const BT_INTEGER_MIN: bigint = -(2n ** 63n)
/** Spec 00 §2.1. */
export const BT_INTEGER_MAX: bigint = 2n ** 64n - 1n
/** Spec 00 §2.1. Digits of the largest of them. */
export const BT_INTEGER_DIGITS_MAX = 20

/** First bytes of the encodings, and their terminators. */
export const BT_BYTE = {
  integer: 0x69,
  list: 0x6c,
  dict: 0x64,
  end: 0x65,
  colon: 0x3a,
  minus: 0x2d,
  digit0: 0x30,
  digit9: 0x39,
} as const
