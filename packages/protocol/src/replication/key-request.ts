/**
 * Lists of keys that ask for records, or whether they are durable (spec 10 §6.2, §6.4), and the answer to the latter.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { type Result, ok } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { KeySet } from './key-set.ts'
import { RECORD_KEY_BYTES, type RecordKey } from './record-key.ts'
import { isAscendingKeys } from './reconcile-message.ts'
import { refuseLimit, refuseMalformed } from './refuse.ts'

/** Spec 10 §6.2. */
export const REQUEST_KEYS_MAX = 1024

const BYTE_BITS = 8

/** Sorts the keys and leaves out repetitions. */
export function encodeKeyRequest(keys: readonly RecordKey[]): Uint8Array {
  const set = new KeySet(concatBytes(keys))
  if (set.count === 0 || set.count > REQUEST_KEYS_MAX) {
    throw new RangeError('a request has between one and 1,024 keys')
  }
  return set.slice({ from: 0, to: set.count })
}

/** Reads bytes from outside. Never throws. */
export function decodeKeyRequest(bytes: Uint8Array): Result<KeySet, ProtocolError> {
  if (bytes.length > REQUEST_KEYS_MAX * RECORD_KEY_BYTES) {
    return refuseLimit(`request of ${bytes.length} bytes`)
  }
  if (bytes.length === 0 || bytes.length % RECORD_KEY_BYTES !== 0) {
    return refuseMalformed(`request of ${bytes.length} bytes`)
  }
  return isAscendingKeys(bytes) ? ok(new KeySet(bytes)) : refuseMalformed('keys out of order')
}

/** One bit for each key of the request, in its order, beginning with the lowest bit of the first byte. */
export function encodeConfirmAnswer(isDurable: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(isDurable.length / BYTE_BITS))
  for (const [index, isSet] of isDurable.entries()) {
    const place = Math.floor(index / BYTE_BITS)
    if (isSet) bytes[place] = (bytes[place] ?? 0) | (1 << (index % BYTE_BITS))
  }
  return bytes
}

/** Reads bytes from outside. Never throws. `keyCount` is that of the request. */
export function decodeConfirmAnswer(
  bytes: Uint8Array,
  keyCount: number,
): Result<readonly boolean[], ProtocolError> {
  if (bytes.length !== Math.ceil(keyCount / BYTE_BITS)) {
    return refuseMalformed(`answer of ${bytes.length} bytes`)
  }
  const bits = Array.from({ length: bytes.length * BYTE_BITS }, (_, index) => {
    return (((bytes[Math.floor(index / BYTE_BITS)] ?? 0) >> (index % BYTE_BITS)) & 1) === 1
  })
  const isPadded = bits.slice(keyCount).some(Boolean)
  return isPadded ? refuseMalformed('bits without a key') : ok(bits.slice(0, keyCount))
}
