/**
 * Dicts that carry a signature over their own beginning (spec 12 §1.4): from the first byte to the key of the
 * signature, which is not covered itself. Whose key signs is each format's own matter.
 *
 * @module
 */
import { concatBytes } from '@sotto/crypto/bytes'
import { type BtDict, type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { isDict } from '../bt/read-bt.ts'
import { V2_BT_LIMITS } from './limits.ts'

const FRAME_BYTES = 2

/** What a signature under `key` covers, when `entries` are all that sorts before it. */
export function encodeSignedRange(entries: ReadonlyMap<string, BtInput>): Uint8Array {
  return encodeBt(entries).slice(0, -1)
}

/** A range and the signatures behind it, as one dict again. */
export function appendToRange(
  range: Uint8Array,
  entries: ReadonlyMap<string, BtInput>,
): Uint8Array {
  return concatBytes([range, encodeBt(entries).subarray(1)])
}

export function decodeDict(bytes: Uint8Array): BtDict | undefined {
  const decoded = decodeBt(bytes, V2_BT_LIMITS)
  return decoded.ok && isDict(decoded.value) ? decoded.value : undefined
}

/**
 * The bytes of `bytes` before `key`. The entries behind are measured by encoding them, which is exact because the
 * decoder takes no second encoding of a value; what is returned is what came, not what was encoded.
 */
export function readSignedRange(bytes: Uint8Array, dict: BtDict, key: string): Uint8Array {
  const behind = new Map([...dict].filter(([name]) => name >= key))
  return bytes.subarray(0, bytes.length - (encodeBt(behind).length - FRAME_BYTES) - 1)
}

/** Zeros behind a dict, which itself ends in a letter: where it ends is never in doubt. */
export function stripZeros(padded: Uint8Array): Uint8Array {
  let end = padded.length
  while (end > 0 && padded[end - 1] === 0) end--
  return padded.subarray(0, end)
}
