/**
 * Wraps a request in one layer for its destination and one for each node of a path (spec 04 §4.7). Which nodes make a
 * path is the client's choice; layers are opened by `peel-layer.ts`.
 *
 * @module
 */

import { type X25519PublicKey, createAgreementKeyPair } from '@sotto/crypto/agreement'
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { type HopKey, type OnionCipher, deriveHopKey, sealHop } from '@sotto/crypto/onion'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Result } from '@sotto/crypto/result'
import type { ProtocolError } from '../errors.ts'
import { combinePayload } from './combined-payload.ts'
import { type NodeReply, decodeNodeReply, openOnionReply } from './node-reply.ts'
import { HOP_NUMBER_MAX } from './onion-failure.ts'

export interface OnionHop {
  readonly ed25519: Uint8Array
  readonly x25519: X25519PublicKey
}

/** A node of the network, which runs the payload as an RPC request. */
export interface NodeDestination extends OnionHop {
  readonly kind: 'node'
  /** Asks for the reply's body as JSON inside JSON. */
  readonly json?: boolean
  /** `false` asks for a reply in raw bytes. */
  readonly base64?: boolean
}

/** A host outside the network, which gets the payload through the last node of the path. */
export interface HostDestination {
  readonly kind: 'host'
  readonly host: string
  readonly port?: number
  readonly protocol?: 'https' | 'http'
  readonly target: string
  readonly x25519: X25519PublicKey
}

export interface OnionRequest {
  /** The path, guard first. */
  readonly hops: readonly OnionHop[]
  readonly destination: NodeDestination | HostDestination
  readonly payload: Uint8Array | string
  readonly cipher: OnionCipher
}

export interface BuiltOnion {
  /** The body of the request to the guard. */
  readonly guardBody: Uint8Array
  /** Opens the answer of a node. */
  openReply(reply: string | Uint8Array): Result<NodeReply, ProtocolError>
  /** Opens the answer of a host. */
  openHostReply(reply: string | Uint8Array): Result<Uint8Array, ProtocolError>
}

interface SealedLayer {
  readonly ciphertext: Uint8Array
  readonly hopKey: HopKey
  /** What the layer around it must say, so that the receiver can open it. */
  readonly opening: { readonly ephemeral_key: string; readonly enc_type?: string }
}

/** Throws on an empty or too long path and on keys of low order, which no checked node list contains. */
export function buildOnion(request: OnionRequest, randomness: Randomness): BuiltOnion {
  const { hops, destination, cipher } = request
  // A node as destination is the last of those that a request visits.
  const hopsMax = destination.kind === 'node' ? HOP_NUMBER_MAX - 1 : HOP_NUMBER_MAX
  if (hops.length < 1 || hops.length > hopsMax) {
    throw new RangeError(`a path has 1 to ${hopsMax} nodes, not ${hops.length}`)
  }
  const innermost = sealLayer(
    { x25519: destination.x25519, plaintext: formatPayload(request), cipher },
    randomness,
  )
  let layer = innermost
  let routing: object = formatRouting(destination)
  for (const hop of hops.toReversed()) {
    const plaintext = combinePayload(layer.ciphertext, { ...routing, ...layer.opening })
    layer = sealLayer({ x25519: hop.x25519, plaintext, cipher }, randomness)
    routing = { destination: encodeHex(hop.ed25519) }
  }
  const { hopKey } = innermost
  return {
    guardBody: combinePayload(layer.ciphertext, layer.opening),
    openReply: (reply) => decodeNodeReply(reply, hopKey),
    openHostReply: (reply) => openOnionReply(reply, hopKey),
  }
}

function formatPayload({ destination, payload }: OnionRequest): Uint8Array {
  const bytes = typeof payload === 'string' ? encodeUtf8(payload) : payload
  if (destination.kind === 'host') return bytes
  return combinePayload(bytes, {
    headers: {},
    ...(destination.json === true ? { json: true } : {}),
    ...(destination.base64 === false ? { base64: false } : {}),
  })
}

function formatRouting(destination: NodeDestination | HostDestination): object {
  if (destination.kind === 'node') return { destination: encodeHex(destination.ed25519) }
  const { host, target, protocol, port } = destination
  return {
    host,
    target,
    method: 'POST',
    ...(protocol === undefined ? {} : { protocol }),
    ...(port === undefined ? {} : { port }),
  }
}

function sealLayer(
  layer: {
    readonly x25519: X25519PublicKey
    readonly plaintext: Uint8Array
    readonly cipher: OnionCipher
  },
  randomness: Randomness,
): SealedLayer {
  const { x25519, plaintext, cipher } = layer
  // A key that served two layers would let their two nodes recognise one request.
  const own = createAgreementKeyPair(randomness)
  const hopKey = deriveHopKey({ cipher, side: 'client', own, peer: x25519 })
  if (hopKey === undefined) throw new RangeError('an X25519 key of the path is of low order')
  return {
    ciphertext: sealHop(hopKey, plaintext, randomness),
    hopKey,
    opening: {
      ephemeral_key: encodeHex(own.publicKey),
      // aes-gcm is what a missing name means, and clients that use it leave the name out.
      ...(cipher === 'aes-gcm' ? {} : { enc_type: cipher }),
    },
  }
}
