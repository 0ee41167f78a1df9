/**
 * A path of nodes with their secret keys, and the way of a request along it as the nodes take it.
 *
 * @module
 */
import type { AgreementKeyPair } from '@sotto/crypto/agreement'
import type { HopKey, OnionCipher } from '@sotto/crypto/onion'
import { deriveHopKey, sealHop } from '@sotto/crypto/onion'
import { encodeHex } from '@sotto/crypto/bytes'
import { createAgreementKeyPair } from '@sotto/crypto/agreement'
import type { Randomness } from '@sotto/crypto/randomness'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { type OnionHop, type PeeledLayer, combinePayload, peelLayer } from '../src/onion/index.ts'

export const CIPHERS: readonly OnionCipher[] = ['xchacha20', 'aes-gcm', 'aes-cbc']

export interface PathNode extends OnionHop {
  readonly agreement: AgreementKeyPair
}

export function createPath(count: number, randomness: Randomness): readonly PathNode[] {
  return Array.from({ length: count }, () => {
    const agreement = createAgreementKeyPair(randomness)
    return { agreement, x25519: agreement.publicKey, ed25519: randomness.bytes(32) }
  })
}

export function createTestRandomness(seed: string): Randomness {
  return createSeededRandomness(seed)
}

/** Peels with each node in turn while layers say so; gives the last layer and who opened the others. */
export function walkPath(
  nodes: readonly PathNode[],
  guardBody: Uint8Array,
): { readonly last: PeeledLayer; readonly visited: number } {
  let body = guardBody
  let node = nodes[0]
  for (let visited = 1; node !== undefined; visited++) {
    const peeled = peelLayer({ agreement: node.agreement, body })
    if (!peeled.ok) throw new Error(`${peeled.error.status} ${peeled.error.text}`)
    const layer = peeled.value
    if (layer.kind !== 'relay') return { last: layer, visited }
    body = layer.nextBody
    node = nodes.find(({ ed25519 }) => encodeHex(ed25519) === layer.nextEd25519)
  }
  throw new Error('the path leads to a node that is not there')
}

/** A layer that a client other than ours might have sealed to `node`, with any outer and inner JSON. */
export function sealForeignLayer(
  node: PathNode,
  layer: {
    readonly plaintext: Uint8Array
    readonly outer?: object
    readonly cipher?: OnionCipher
  },
  randomness: Randomness,
): { readonly body: Uint8Array; readonly hopKey: HopKey } {
  const { plaintext, outer = {}, cipher = 'xchacha20' } = layer
  const own = createAgreementKeyPair(randomness)
  const hopKey = deriveHopKey({ cipher, side: 'client', own, peer: node.x25519 })
  if (hopKey === undefined) throw new Error('low order')
  const json = { ephemeral_key: encodeHex(own.publicKey), enc_type: cipher, ...outer }
  return { body: combinePayload(sealHop(hopKey, plaintext, randomness), json), hopKey }
}
