/**
 * Onion requests a second time (spec 04 §2 to §4), with OpenSSL and the slow primitives beside it: building, opening one
 * layer, and the keys of all three ciphers. For the tests that hold our code against an independent one; of ours it
 * imports types alone.
 *
 * @module
 */
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import type { OnionCipher } from '@sotto/crypto/onion'
import type { PathNode } from './onion-fixtures.ts'
import { hashSlowly } from './reference-hash.ts'
import { agreeWithOpenssl, exportPublic, importSecret } from './reference-keys.ts'
import { deriveHchacha20 } from './reference-stream.ts'

const NONCE_BYTES = { 'aes-gcm': 12, 'aes-cbc': 16, xchacha20: 24 }
/** Spec 04 §3.1; the missing name is the default. */
export const CIPHER_NAMES: readonly (readonly [string | undefined, OnionCipher])[] = [
  [undefined, 'aes-gcm'],
  ['aes-gcm', 'aes-gcm'],
  ['gcm', 'aes-gcm'],
  ['aes-cbc', 'aes-cbc'],
  ['cbc', 'aes-cbc'],
  ['xchacha20', 'xchacha20'],
  ['xchacha20-poly1305', 'xchacha20'],
]
export interface LayerKey {
  readonly cipher: OnionCipher
  readonly key: Buffer
}

function deriveKey(
  cipher: OnionCipher,
  shared: Buffer,
  publicKeys: readonly [client: Uint8Array, node: Uint8Array],
): LayerKey {
  if (cipher === 'aes-cbc') return { cipher, key: shared }
  if (cipher === 'aes-gcm') {
    return { cipher, key: createHmac('sha256', 'LOKI').update(shared).digest() }
  }
  return { cipher, key: hashSlowly(Buffer.concat([shared, ...publicKeys]), 32) }
}

/** For OpenSSL, XChaCha20 is ChaCha20 under a derived key. */
function prepare({ cipher, key }: LayerKey, nonce: Buffer): readonly [Buffer, Buffer] {
  if (cipher !== 'xchacha20') return [key, nonce]
  return [deriveHchacha20(key, nonce), Buffer.concat([Buffer.alloc(4), nonce.subarray(16)])]
}

export function sealLayer(layer: LayerKey, plaintext: Uint8Array): Buffer {
  const nonce = randomBytes(NONCE_BYTES[layer.cipher])
  const [key, iv] = prepare(layer, nonce)
  if (layer.cipher === 'aes-cbc') {
    const cbc = createCipheriv('aes-256-cbc', key, iv)
    return Buffer.concat([nonce, cbc.update(plaintext), cbc.final()])
  }
  const aead =
    layer.cipher === 'aes-gcm'
      ? createCipheriv('aes-256-gcm', key, iv)
      : createCipheriv('chacha20-poly1305', key, iv, { authTagLength: 16 })
  return Buffer.concat([nonce, aead.update(plaintext), aead.final(), aead.getAuthTag()])
}

export function openLayer(layer: LayerKey, sealed: Uint8Array): Buffer {
  const [key, iv] = prepare(layer, Buffer.from(sealed.subarray(0, NONCE_BYTES[layer.cipher])))
  const rest = sealed.subarray(NONCE_BYTES[layer.cipher])
  if (layer.cipher === 'aes-cbc') {
    const cbc = createDecipheriv('aes-256-cbc', key, iv)
    return Buffer.concat([cbc.update(rest), cbc.final()])
  }
  const aead =
    layer.cipher === 'aes-gcm'
      ? createDecipheriv('aes-256-gcm', key, iv)
      : createDecipheriv('chacha20-poly1305', key, iv, { authTagLength: 16 })
  aead.setAuthTag(rest.subarray(-16))
  return Buffer.concat([aead.update(rest.subarray(0, -16)), aead.final()])
}

type Json = Readonly<Record<string, unknown>>

interface Frame {
  readonly blob: Buffer
  readonly json: Json
}

export function joinFrame({ blob, json }: Frame): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(blob.length)
  return Buffer.concat([length, blob, Buffer.from(JSON.stringify(json))])
}

export function splitFrame(frame: Uint8Array): Frame {
  const bytes = Buffer.from(frame)
  const end = 4 + bytes.readUInt32LE(0)
  return { blob: bytes.subarray(4, end), json: JSON.parse(bytes.subarray(end).toString()) as Json }
}

/** How a client names the cipher of one layer. */
interface Naming {
  readonly name: string | undefined
  readonly cipher: OnionCipher
}

function sealFor(
  x25519: Uint8Array,
  plaintext: Uint8Array,
  { name, cipher }: Naming,
): { readonly blob: Buffer; readonly layer: LayerKey; readonly opening: Json } {
  const secret = randomBytes(32)
  const own = exportPublic(importSecret('x25519', secret))
  const layer = deriveKey(cipher, agreeWithOpenssl(secret, x25519), [own, x25519])
  const encType = name === undefined ? {} : { enc_type: name }
  return {
    blob: sealLayer(layer, plaintext),
    layer,
    opening: { ephemeral_key: own.toString('hex'), ...encType },
  }
}

/** Spec 04 §4.7; `namings` are the destination's, then those of the hops from the last to the guard. */
export function buildTheirs(
  nodes: readonly PathNode[],
  body: Uint8Array,
  namings: readonly Naming[],
): { readonly guardBody: Uint8Array; readonly replyKey: LayerKey } {
  const namingOf = (index: number): Naming =>
    namings[index % namings.length] ?? { name: undefined, cipher: 'aes-gcm' }
  const visited = nodes.toReversed()
  const final = joinFrame({ blob: Buffer.from(body), json: { body: null, headers: {} } })
  let sealed: ReturnType<typeof sealFor> | undefined
  let replyKey: LayerKey | undefined
  let next: PathNode | undefined
  for (const [index, node] of visited.entries()) {
    const routing = {
      destination: next && Buffer.from(next.ed25519).toString('hex'),
      ...sealed?.opening,
    }
    const plaintext = sealed === undefined ? final : joinFrame({ blob: sealed.blob, json: routing })
    sealed = sealFor(node.x25519, plaintext, namingOf(index))
    replyKey ??= sealed.layer
    next = node
  }
  if (sealed === undefined || replyKey === undefined) throw new RangeError('no nodes')
  const guardBody = joinFrame({ blob: sealed.blob, json: sealed.opening })
  return { guardBody: Uint8Array.from(guardBody), replyKey }
}

/** The key of a layer that was sent to `node`, from what the frame around it says. */
export function deriveNodeKey(node: PathNode, json: Json): LayerKey {
  const peer = Buffer.from(String(json['ephemeral_key']), 'hex')
  const cipher = CIPHER_NAMES.find(([name]) => name === json['enc_type'])?.[1]
  if (cipher === undefined) throw new TypeError('an unknown cipher')
  return deriveKey(cipher, agreeWithOpenssl(node.agreement.secretKey, peer), [peer, node.x25519])
}

/** What a node of another implementation reads in a body that was sent to it. */
export function peelTheirs(
  node: PathNode,
  body: Uint8Array,
): Frame & { readonly layer: LayerKey; readonly outer: Json } {
  const { blob, json } = splitFrame(body)
  const layer = deriveNodeKey(node, json)
  return { ...splitFrame(openLayer(layer, blob)), layer, outer: json }
}
