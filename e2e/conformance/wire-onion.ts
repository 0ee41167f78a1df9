/**
 * Onion requests in all three encryption types, with every part open to a test that wants to spoil it.
 *
 * A frame is a length in four little-endian bytes, that many bytes, and JSON to the end. Each layer has an ephemeral key
 * of its own, which the layer around it names.
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
import sodium from 'libsodium-wrappers'
import { type Json, isJson } from '../foreign/foreign-rpc.ts'
import type { WireReply } from './wire-client.ts'
import type { WireNetwork, WireNode } from './wire-network.ts'

await sodium.ready

export const ONION_PATH = '/onion_req/v2'
const GCM_IV_SIZE = 12
const TAG_SIZE = 16
const CBC_IV_SIZE = 16
const XCHACHA_NONCE_SIZE = 24

export type Cipher = 'aes-gcm' | 'aes-cbc' | 'xchacha20'
export const CIPHERS: readonly Cipher[] = ['aes-gcm', 'xchacha20', 'aes-cbc']

interface Codec {
  seal(key: Uint8Array, plaintext: Uint8Array): Buffer
  open(key: Uint8Array, sealed: Buffer): Buffer
}

const CODECS: Readonly<Record<Cipher, Codec>> = {
  'aes-gcm': {
    seal(key, plaintext) {
      const iv = randomBytes(GCM_IV_SIZE)
      const cipher = createCipheriv('aes-256-gcm', key, iv)
      const body = Buffer.concat([cipher.update(plaintext), cipher.final()])
      return Buffer.concat([iv, body, cipher.getAuthTag()])
    },
    open(key, sealed) {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, GCM_IV_SIZE))
      decipher.setAuthTag(sealed.subarray(-TAG_SIZE))
      const body = decipher.update(sealed.subarray(GCM_IV_SIZE, -TAG_SIZE))
      return Buffer.concat([body, decipher.final()])
    },
  },
  'aes-cbc': {
    seal(key, plaintext) {
      const iv = randomBytes(CBC_IV_SIZE)
      const cipher = createCipheriv('aes-256-cbc', key, iv)
      return Buffer.concat([iv, cipher.update(plaintext), cipher.final()])
    },
    open(key, sealed) {
      const decipher = createDecipheriv('aes-256-cbc', key, sealed.subarray(0, CBC_IV_SIZE))
      return Buffer.concat([decipher.update(sealed.subarray(CBC_IV_SIZE)), decipher.final()])
    },
  },
  xchacha20: {
    seal(key, plaintext) {
      const nonce = randomBytes(XCHACHA_NONCE_SIZE)
      const body = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
        plaintext,
        null,
        null,
        nonce,
        key,
      )
      return Buffer.concat([nonce, body])
    },
    open(key, sealed) {
      const nonce = sealed.subarray(0, XCHACHA_NONCE_SIZE)
      const body = sealed.subarray(XCHACHA_NONCE_SIZE)
      return Buffer.from(
        sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, body, null, nonce, key),
      )
    },
  },
}

function importX25519(bytes: Uint8Array): KeyObject {
  const x = Buffer.from(bytes).toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x }, format: 'jwk' })
}

function deriveKey(
  cipher: Cipher,
  shared: Buffer,
  client: Uint8Array,
  node: Uint8Array,
): Uint8Array {
  if (cipher === 'aes-cbc') return shared
  if (cipher === 'aes-gcm') return createHmac('sha256', 'LOKI').update(shared).digest()
  return sodium.crypto_generichash(32, Buffer.concat([shared, client, node]), null)
}

/** Length, bytes, JSON. A text in place of the JSON is taken as it is. */
export function frame(blob: Uint8Array, json: Json | string): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt32LE(blob.length)
  const rest = typeof json === 'string' ? json : JSON.stringify(json)
  return Buffer.concat([length, blob, Buffer.from(rest)])
}

export interface Layer {
  readonly ciphertext: Buffer
  /** What the layer around this one, or the outermost JSON, must say about it. */
  readonly key: Json
  open(sealed: Buffer): Buffer
}

/** Encrypts to an X25519 key with a fresh ephemeral one. `name` is what `enc_type` says; nothing for the default. */
export function sealLayer(
  x25519: string,
  plaintext: Uint8Array,
  cipher: Cipher = 'aes-gcm',
  name: string | undefined = cipher === 'aes-gcm' ? undefined : cipher,
): Layer {
  const node = Buffer.from(x25519, 'hex')
  const { privateKey, publicKey } = generateKeyPairSync('x25519')
  const client = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const shared = diffieHellman({ privateKey, publicKey: importX25519(node) })
  const key = deriveKey(cipher, shared, client, node)
  const codec = CODECS[cipher]
  return {
    ciphertext: codec.seal(key, plaintext),
    key: {
      ephemeral_key: client.toString('hex'),
      ...(name === undefined ? {} : { enc_type: name }),
    },
    open: (sealed) => codec.open(key, sealed),
  }
}

/** The innermost layer: a body for the node that is to answer. */
export function sealFinal(
  node: WireNode,
  body: string | Uint8Array,
  json: Json = { headers: {} },
  cipher: Cipher = 'aes-gcm',
): Layer {
  return sealLayer(node.x25519, frame(Buffer.from(body), json), cipher)
}

/** A layer for `hop` which says that the inner one goes to the node with this Ed25519 key. */
export function sealRelay(hop: WireNode, next: string, inner: Layer, cipher?: Cipher): Layer {
  const routing = { destination: next, ...inner.key }
  return sealLayer(hop.x25519, frame(inner.ciphertext, routing), cipher)
}

/** Puts the layers of a path, guard first, around a layer for `last`. */
export function wrapPath(
  path: readonly WireNode[],
  last: WireNode,
  layer: Layer,
  cipher?: Cipher,
): Layer {
  let inner = layer
  let next = last
  for (const hop of path.toReversed()) {
    inner = sealRelay(hop, next.ed25519, inner, cipher)
    next = hop
  }
  return inner
}

/** The body to POST to the guard. */
export function encodeGuardBody(layer: Layer, more: Json = {}): Buffer {
  return frame(layer.ciphertext, { ...layer.key, ...more })
}

export interface OnionAnswer {
  readonly guardStatus: number
  readonly guardText: string
  readonly raw: Buffer
  /** What the destination wrote, when the guard said 200 and it can be opened. */
  readonly status: unknown
  readonly body: unknown
}

function parseReply(layer: Layer, reply: WireReply): Json {
  try {
    const opened: unknown = JSON.parse(layer.open(Buffer.from(reply.text, 'base64')).toString())
    return isJson(opened) ? opened : {}
  } catch {
    return {}
  }
}

/** Sends the guard a body and opens the answer with the layer of who is to write it. */
export async function sendOnion(
  network: WireNetwork,
  guard: WireNode,
  body: Uint8Array,
  writer: Layer,
): Promise<OnionAnswer> {
  const reply = await network.post(guard, ONION_PATH, body)
  const opened = parseReply(writer, reply)
  return {
    guardStatus: reply.status,
    guardText: reply.text,
    raw: reply.bytes,
    status: opened['status'],
    body: opened['body'],
  }
}
