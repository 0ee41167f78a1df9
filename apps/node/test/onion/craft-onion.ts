/**
 * Onion requests written by hand, so that each of their parts can be wrong.
 *
 * @module
 */
import { createAgreementKeyPair, type X25519PublicKey } from '@sotto/crypto/agreement'
import { encodeHex } from '@sotto/crypto/bytes'
import { deriveHopKey, sealHop, type HopKey, type OnionCipher } from '@sotto/crypto/onion'
import { systemRandomness } from '@sotto/crypto/randomness'
import { combinePayload } from '@sotto/protocol/onion'

export interface CraftedLayer {
  readonly body: Uint8Array
  readonly hopKey: HopKey
  readonly ephemeralKey: string
  readonly ciphertext: Uint8Array
}

export interface CraftOptions {
  readonly cipher?: OnionCipher
  /** Members that are added to the outer JSON, or that take the place of others. */
  readonly outer?: object
}

/** Seals these bytes as one layer for a node, and wraps it as the body of a request to that node. */
export function craftLayer(
  receiver: X25519PublicKey,
  plaintext: Uint8Array,
  { cipher = 'xchacha20', outer = {} }: CraftOptions = {},
): CraftedLayer {
  const own = createAgreementKeyPair(systemRandomness)
  const hopKey = deriveHopKey({ cipher, side: 'client', own, peer: receiver })
  if (hopKey === undefined) throw new Error('the receiver has an unusable key')
  const ciphertext = sealHop(hopKey, plaintext, systemRandomness)
  const ephemeralKey = encodeHex(own.publicKey)
  const json = { ephemeral_key: ephemeralKey, enc_type: cipher, ...outer }
  return { body: combinePayload(ciphertext, json), hopKey, ephemeralKey, ciphertext }
}

/** A layer whose plaintext is this blob and this JSON. */
export function craftRequest(
  receiver: X25519PublicKey,
  content: { readonly blob?: Uint8Array; readonly json: object },
  options: CraftOptions = {},
): CraftedLayer {
  const { blob = new Uint8Array(), json } = content
  return craftLayer(receiver, combinePayload(blob, json), options)
}
