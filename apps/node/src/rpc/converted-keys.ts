/**
 * Remembers which X25519 key belongs to the Ed25519 key of a request: clients of a swarm ask again and again,
 * and converting a key costs about as much as verifying the signature.
 *
 * The table is bounded, and only keys that can be converted get a place in it.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { convertSigningPublicKey } from '@sotto/crypto/signing'
import type { ConvertKey } from '@sotto/protocol/rpc'

/** About half a megabyte. */
const KEYS_MAX = 2048

export function createKeyConversion(
  convert: ConvertKey = convertSigningPublicKey,
  keysMax: number = KEYS_MAX,
): ConvertKey {
  const converted = new Map<string, Uint8Array>()
  return (publicKey) => {
    const name = encodeHex(publicKey)
    const known = converted.get(name)
    if (known !== undefined) return known
    const key = convert(publicKey)
    if (key === undefined) return undefined
    const [oldest] = converted.keys()
    if (converted.size >= keysMax && oldest !== undefined) converted.delete(oldest)
    converted.set(name, key)
    return key
  }
}
