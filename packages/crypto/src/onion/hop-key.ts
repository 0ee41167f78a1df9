/**
 * The key of one onion layer, from the client's ephemeral key and the hop's long-term key (spec
 * 04 §3.2). Request and reply use the same key; both sides derive it with this one function.
 *
 * @module
 */
import type { AgreementKeyPair, X25519PublicKey } from '../agreement.ts'
import { agree } from '../agreement.ts'
import { concatBytes, encodeUtf8, wipeBytes } from '../bytes.ts'
import { blake2b, hmacSha256 } from '../hash.ts'
import type { OnionCipher } from './onion-cipher.ts'

export interface HopKey {
  readonly cipher: OnionCipher
  readonly key: Uint8Array
}

export interface HopKeyInput {
  readonly cipher: OnionCipher
  /** Who derives: the client hashes first, on whichever side. */
  readonly side: 'client' | 'node'
  readonly own: AgreementKeyPair
  readonly peer: X25519PublicKey
}

const HOP_KEY_BYTES = 32
/**
 * The HMAC *key*; the shared secret is the message. Older code exchanges them or leaves the
 * HMAC out.
 */
const AES_GCM_HMAC_KEY: Uint8Array = encodeUtf8('LOKI')

/**
 * Nothing if the peer's key is of low order: the layer would be readable by everyone who saw
 * the frame.
 */
export function deriveHopKey(input: HopKeyInput): HopKey | undefined {
  const shared = agree(input.own.secretKey, input.peer)
  if (shared === undefined) return undefined
  const key = deriveKeyBytes(input, shared)
  if (key !== shared) wipeBytes(shared)
  return { cipher: input.cipher, key }
}

function deriveKeyBytes(input: HopKeyInput, shared: Uint8Array): Uint8Array {
  // The legacy cipher's key is the secret itself, which is not uniform; it is kept for old
  // peers only.
  if (input.cipher === 'aes-cbc') return shared
  if (input.cipher === 'aes-gcm') return hmacSha256(AES_GCM_HMAC_KEY, shared)
  const [client, node] =
    input.side === 'client' ? [input.own.publicKey, input.peer] : [input.peer, input.own.publicKey]
  const secret = concatBytes([shared, client, node])
  const key = blake2b(secret, { length: HOP_KEY_BYTES })
  // Both public keys are hashed with the secret, so that the key belongs to this pair of keys and
  // to no other pair that happens to share the secret.
  wipeBytes(secret)
  return key
}
