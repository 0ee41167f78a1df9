/**
 * Parameters that are numbers and short texts: times, namespaces and message hashes (spec 03 §2.4).
 *
 * Clocks are not consulted here; `clock-checks.ts` compares times with the node's.
 *
 * @module
 */

import { decodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok } from '@sotto/crypto/result'
import { type Codec, createIntegerCodec, createListCodec, isBtList, type Reading } from './codec.ts'
import { MESSAGES_MAX, TIMESTAMP_MIN_MS } from './limits.ts'

/** Spec 03 §2.4: 32 bytes in base64 without padding; the two spare bits are not looked at. */
const MESSAGE_HASH = /^[A-Za-z0-9+/]{43}$/
const NAMESPACE_MIN = -32_768
const NAMESPACE_MAX = 32_767

const NOT_UNSIGNED = err('must be an unsigned integer')
const NOT_MILLISECONDS = err('must be in milliseconds')
const NOT_HASH = err('must be a message hash of 43 base64 characters')

function readUnsigned(value: unknown): Reading<number> {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? ok(value)
    : NOT_UNSIGNED
}

function readTimestamp(value: unknown): Reading<number> {
  const reading = readUnsigned(value)
  return reading.ok && reading.value < TIMESTAMP_MIN_MS ? NOT_MILLISECONDS : reading
}

/** Old clients sent these two of `store` as text; nothing else may be (spec 03 §4.1). */
function readNumeric(value: unknown): unknown {
  return typeof value === 'string' && /^\d{1,16}$/.test(value) ? Number(value) : value
}

const same = (value: number): number => value

export const timestampCodec: Codec<number> = {
  description: 'ms since 1970',
  readJson: readTimestamp,
  readBt: readTimestamp,
  writeJson: same,
  writeBt: same,
}

export const storeTimestampCodec: Codec<number> = {
  ...timestampCodec,
  description: 'ms since 1970, number or text',
  readJson: (value) => readTimestamp(readNumeric(value)),
}

export const storeTtlCodec: Codec<number> = {
  description: 'ms, number or text',
  readJson: (value) => readUnsigned(readNumeric(value)),
  readBt: readUnsigned,
  writeJson: same,
  writeBt: same,
}

export const countCodec: Codec<number> = createIntegerCodec(
  0,
  Number.MAX_SAFE_INTEGER,
  'unsigned integer',
)

export const sizeCodec: Codec<number> = createIntegerCodec(
  Number.MIN_SAFE_INTEGER,
  Number.MAX_SAFE_INTEGER,
  'integer, negative −k for a k-th of the budget',
)

export const namespaceCodec: Codec<number> = createIntegerCodec(
  NAMESPACE_MIN,
  NAMESPACE_MAX,
  'integer −32768 … 32767',
)

/** A namespace, or every namespace of the account. */
export type NamespaceSelection = number | 'all'

const NOT_SELECTION = err('must be an integer or "all"')

export const namespaceSelectionCodec: Codec<NamespaceSelection> = {
  description: 'integer −32768 … 32767, or "all"',
  readJson(value) {
    if (value === 'all') return ok(value)
    return typeof value === 'number' ? namespaceCodec.readJson(value) : NOT_SELECTION
  },
  readBt(value) {
    if (typeof value === 'number') return namespaceCodec.readBt(value)
    const text = value instanceof Uint8Array ? decodeUtf8(value) : value
    return text === 'all' ? ok(text) : NOT_SELECTION
  },
  writeJson: (value) => value,
  writeBt: (value) => value,
}

function readHash(value: unknown): Reading<string> {
  return typeof value === 'string' && MESSAGE_HASH.test(value) ? ok(value) : NOT_HASH
}

export const hashCodec: Codec<string> = {
  description: 'message hash, 43 base64 characters',
  readJson: readHash,
  readBt: (value) => readHash(value instanceof Uint8Array ? decodeUtf8(value) : value),
  writeJson: (value) => value,
  writeBt: (value) => value,
}

/** As `hashCodec`; the empty text stands for no hash. */
export const lastHashCodec: Codec<string> = {
  ...hashCodec,
  description: 'message hash, or ""',
  readJson: (value) => (value === '' ? ok('') : readHash(value)),
  readBt(value) {
    const text = value instanceof Uint8Array ? decodeUtf8(value) : value
    return text === '' ? ok('') : readHash(text)
  },
}

export const hashesCodec: Codec<readonly string[]> = createListCodec(hashCodec, MESSAGES_MAX)

const timestampsCodec = createListCodec(timestampCodec, MESSAGES_MAX)

/** One expiry for all messages, or one for each. */
export const expiriesCodec: Codec<number | readonly number[]> = {
  description: 'ms since 1970, or a list as long as messages',
  readJson: (value) =>
    Array.isArray(value) ? timestampsCodec.readJson(value) : timestampCodec.readJson(value),
  readBt: (value) =>
    isBtList(value) ? timestampsCodec.readBt(value) : timestampCodec.readBt(value),
  writeJson: (value) => value,
  writeBt: (value) => (typeof value === 'number' ? value : [...value]),
}
