/**
 * What a group says of one device (spec 12 §5.2). A record is kept as the dict that was received, with fields that this
 * software does not know, because its digest decides which of two records counts and must be the same everywhere.
 *
 * @module
 */
import { X25519_KEY_BYTES } from '@sotto/crypto/agreement'
import { decodeUtf8, encodeUtf8, equalBytes } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import { KEM_PUBLIC_KEY_BYTES } from '@sotto/crypto/kem'
import { type BtDict, type BtValue, encodeBt } from '../../bt/index.ts'
import { isDict, readBytes, readInteger } from '../../bt/read-bt.ts'
import { INTEGER_MAX } from '../limits.ts'
import { type PublicKeys, toPublicKeys } from '../keys/key-pairs.ts'

export interface DeviceRecord {
  /** All of it, known or not. */
  readonly dict: BtDict
  readonly sequence: number
  readonly updatedSeconds: number
  /** Absent when nobody could encrypt to them; the device then reads nothing, and the group is spared. */
  readonly keys?: PublicKeys
  readonly description: string
  readonly type: string
  readonly version: number
}

export interface DeviceDetails {
  /** Shown to the account's owner only; cut to 64 bytes. */
  readonly description?: string
  /** `i`, `a`, `d`, `c`, or any text. */
  readonly type?: string
  readonly version?: number
  readonly extra?: BtDict
}

/** Spec 12 §5.2. */
const DESCRIPTION_BYTES_MAX = 64
/** Spec 12 §5.2. Four of them are what a group of four has room for. */
export const RECORD_BYTES_MAX = 1600
const DIGEST_BYTES = 8
const KNOWN_KEYS: ReadonlySet<string> = new Set(['#', '@', 'M', 'X', 'd', 't', 'v'])

/** Throws for a record beyond its budget, which only unknown fields of our own could make. */
export function createDeviceRecord(
  input: DeviceDetails & {
    readonly sequence: number
    readonly updatedSeconds: number
    readonly keys: PublicKeys
  },
): DeviceRecord {
  const { sequence, updatedSeconds, keys, description = '', type = '', version = 0 } = input
  const dict = new Map<string, BtValue>([...(input.extra ?? [])].filter(isUnknown))
  dict.set('#', sequence).set('@', updatedSeconds).set('M', keys.kem).set('X', keys.agreement)
  dict.set('d', cutText(description))
  if (type !== '') dict.set('t', encodeUtf8(type))
  if (version !== 0) dict.set('v', version)
  const record = readDeviceRecord(dict)
  if (record === undefined || encodeBt(dict).length > RECORD_BYTES_MAX) {
    throw new RangeError('a device record beyond its limits')
  }
  return record
}

function isUnknown([key]: readonly [string, BtValue]): boolean {
  return !KNOWN_KEYS.has(key)
}

/** Whole characters only: half of one would be no text for the others. */
function cutText(text: string): Uint8Array {
  let cut = ''
  for (const character of text) {
    if (encodeUtf8(cut + character).length > DESCRIPTION_BYTES_MAX) break
    cut += character
  }
  return encodeUtf8(cut)
}

/** Total. Takes a longer description than we write, and a text that is none for an empty one. */
export function readDeviceRecord(value: BtValue): DeviceRecord | undefined {
  if (!isDict(value)) return undefined
  const sequence = readInteger(value.get('#'), { min: 1, max: INTEGER_MAX })
  const updatedSeconds = readInteger(value.get('@'), { min: 0, max: INTEGER_MAX })
  const kem = readBytes(value.get('M'), KEM_PUBLIC_KEY_BYTES)
  const agreement = readBytes(value.get('X'), X25519_KEY_BYTES)
  if (sequence === undefined || updatedSeconds === undefined) return undefined
  if (kem === undefined || agreement === undefined) return undefined
  const keys = toPublicKeys(kem, agreement)
  return {
    dict: value,
    sequence,
    updatedSeconds,
    ...(keys !== undefined && { keys }),
    description: readText(value.get('d')),
    type: readText(value.get('t')),
    version: readInteger(value.get('v'), { min: 0 }) ?? 0,
  }
}

function readText(value: BtValue | undefined): string {
  return value instanceof Uint8Array ? (decodeUtf8(value) ?? '') : ''
}

/**
 * Decides between two records of one number. Encoding the dict gives the bytes that came, because the decoder takes no
 * other encoding of it.
 */
export function digestRecord({ dict }: DeviceRecord): Uint8Array {
  return blake2b(encodeBt(dict), { length: DIGEST_BYTES })
}

export function haveSameKeys(a: DeviceRecord, b: DeviceRecord): boolean {
  return ['M', 'X'].every((key) => {
    const [left, right] = [a.dict.get(key), b.dict.get(key)]
    return left instanceof Uint8Array && right instanceof Uint8Array && equalBytes(left, right)
  })
}
