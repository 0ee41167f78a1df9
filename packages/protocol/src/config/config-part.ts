/**
 * The pieces of a configuration that is too large for one stored message (spec 11 §3.4). Putting them together again
 * is `part-sets.ts`.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { decodeBt, encodeBt } from '../bt/index.ts'
import { readBytes, readList } from '../bt/read-bt.ts'
import { fromByteText, toByteText } from './byte-text.ts'
import { hashMessage } from './config-message.ts'
import { CONFIG_STORED_BYTES_MAX, PART_CHUNK_BYTES_MAX, PARTS_MAX } from './limits.ts'

export interface ConfigPart {
  /** BLAKE2b-256 of the whole, one character a byte. */
  readonly wholeHash: string
  readonly index: number
  readonly count: number
  readonly chunk: Uint8Array
}

/** First byte of a part, where a whole has the sign of a dict or of compression. */
export const PART_SIGN = 0x6d
const PARTS_MIN = 2
const HASH_BYTES = 32
const LIMITS = { bytes: CONFIG_STORED_BYTES_MAX, depth: 1, items: 5 }

/** `undefined` for a whole of more parts than can be counted. */
export function splitWhole(whole: Uint8Array): readonly ConfigPart[] | undefined {
  const count = Math.ceil(whole.length / PART_CHUNK_BYTES_MAX)
  if (count > PARTS_MAX) return undefined
  const wholeHash = hashMessage(whole)
  return Array.from({ length: count }, (_, index) => ({
    wholeHash,
    index,
    count,
    chunk: whole.subarray(index * PART_CHUNK_BYTES_MAX, (index + 1) * PART_CHUNK_BYTES_MAX),
  }))
}

export function encodePart({ wholeHash, index, count, chunk }: ConfigPart): Uint8Array {
  const list = [fromByteText(wholeHash), Uint8Array.of(index), Uint8Array.of(count), chunk]
  return concatBytes([Uint8Array.of(PART_SIGN), encodeBt(list)])
}

/** Reads what follows the zeros of an opened ciphertext and begins with the sign of a part. */
export function decodePart(bytes: Uint8Array): ConfigPart | undefined {
  if (bytes[0] !== PART_SIGN) return undefined
  const decoded = decodeBt(bytes.subarray(1), LIMITS)
  const list = decoded.ok ? readList(decoded.value) : undefined
  if (list?.length !== 4) return undefined
  const hash = readBytes(list[0], HASH_BYTES)
  const index = readBytes(list[1], 1)?.[0]
  const count = readBytes(list[2], 1)?.[0]
  const chunk = list[3]
  if (hash === undefined || index === undefined || count === undefined) return undefined
  if (count < PARTS_MIN || index >= count) return undefined
  if (!(chunk instanceof Uint8Array) || chunk.length === 0) return undefined
  return { wholeHash: toByteText(hash), index, count, chunk }
}
