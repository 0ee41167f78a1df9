/**
 * Onion requests as a client of another make builds them: AES-GCM, no `enc_type`, no `hop_no`, a fresh ephemeral key for
 * each layer, all with the platform's own cryptography.
 *
 * @module
 */

import {
  type KeyObject,
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
} from 'node:crypto'
import { type ForeignNode, type ForeignReply, type Json, isJson, postHttps } from './foreign-rpc.ts'

const IV_SIZE_BYTES = 12
const TAG_SIZE_BYTES = 16

function importX25519(hex: string): KeyObject {
  const x = Buffer.from(hex, 'hex').toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
}

function combine(blob: Uint8Array, json: Json): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(blob.length)
  return Buffer.concat([length, blob, Buffer.from(JSON.stringify(json))])
}

/** Guard, middle, exit. */
export type ForeignPath = readonly [ForeignNode, ForeignNode, ForeignNode]

interface Layer {
  readonly ciphertext: Buffer
  readonly ephemeral: string
  readonly key: Buffer
}

/** `x25519` is in hex, of a node or of a host outside the network. */
export function sealLayer(x25519: string, plaintext: Uint8Array): Layer {
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const shared = diffieHellman({ privateKey, publicKey: importX25519(x25519) })
  const key = createHmac('sha256', 'LOKI').update(shared).digest()
  const iv = randomBytes(IV_SIZE_BYTES)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return {
    ciphertext: Buffer.concat([iv, body, cipher.getAuthTag()]),
    ephemeral: Buffer.from(x, 'base64url').toString('hex'),
    key,
  }
}

export function openReply(key: Buffer, sealed: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_SIZE_BYTES))
  decipher.setAuthTag(sealed.subarray(-TAG_SIZE_BYTES))
  const body = sealed.subarray(IV_SIZE_BYTES, -TAG_SIZE_BYTES)
  return Buffer.concat([decipher.update(body), decipher.final()])
}

/** `routing` tells the exit where the innermost layer goes. */
export function sendAlong(path: ForeignPath, inner: Layer, routing: Json): Promise<ForeignReply> {
  let layer = inner
  let next = routing
  for (const hop of path.toReversed()) {
    const plaintext = combine(layer.ciphertext, { ...next, ephemeral_key: layer.ephemeral })
    layer = sealLayer(hop.pubkey_x25519, plaintext)
    next = { destination: hop.pubkey_ed25519 }
  }
  const [guard] = path
  return postHttps(
    { ip: guard.public_ip, port: guard.storage_port },
    '/onion_req/v2',
    combine(layer.ciphertext, { ephemeral_key: layer.ephemeral }),
  )
}

export interface OnionReply {
  /** Status that the guard gave; not 200 when a hop of the path failed. */
  readonly guardStatus: number
  readonly guardText: string
  /** Status and body of the destination, present when the guard said 200. */
  readonly status?: number
  readonly body?: unknown
}

/** Sends one storage request to a node over these three hops. */
export async function callThroughOnion(
  path: ForeignPath,
  destination: ForeignNode,
  request: { readonly method: string; readonly params: Json },
): Promise<OnionReply> {
  const body = Buffer.from(JSON.stringify(request))
  const final = sealLayer(destination.pubkey_x25519, combine(body, { body: null, headers: {} }))
  const reply = await sendAlong(path, final, { destination: destination.pubkey_ed25519 })
  const guard = { guardStatus: reply.status, guardText: reply.text }
  if (reply.status !== 200) return guard
  const text = openReply(final.key, Buffer.from(reply.text, 'base64')).toString()
  const opened: unknown = JSON.parse(text)
  if (!isJson(opened)) throw new Error('the reply is no object')
  // The body is JSON text inside a JSON string.
  const answer: unknown = JSON.parse(String(opened['body']))
  return { ...guard, status: Number(opened['status']), body: answer }
}
