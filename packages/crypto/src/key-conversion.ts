/**
 * Remembers which X25519 key belongs to an Ed25519 key: whoever wrote or asked once does so again, and converting a key
 * costs about as much as verifying its signature.
 *
 * The table is bounded, holds public keys only, and only keys that can be converted get a place in it.
 *
 * @module
 */
import { encodeHex } from './text/hex.ts'

/** 32 bytes to 32 bytes; undefined for bytes that are no usable key. */
export type ConvertKey = (publicKey: Uint8Array) => Uint8Array | undefined

/** About half a megabyte. */
const KEYS_MAX = 2048

/** Answers as `convert` does, each time with bytes of the caller's own. */
export function createKeyConversion(convert: ConvertKey, keysMax: number = KEYS_MAX): ConvertKey {
  const converted = new Map<string, Uint8Array>()
  return (publicKey) => {
    const name = encodeHex(publicKey)
    const known = converted.get(name)
    if (known !== undefined) return known.slice()
    const key = convert(publicKey)
    if (key === undefined) return undefined
    const [oldest] = converted.keys()
    if (converted.size >= keysMax && oldest !== undefined) converted.delete(oldest)
    converted.set(name, key.slice())
    return key
  }
}
