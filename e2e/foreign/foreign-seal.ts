/**
 * One content from one account to another: padding, the sealed box with the sender inside, the envelopes around it.
 *
 * @module
 */

import { createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import sodium from 'libsodium-wrappers'
import { findAccountId, type ForeignAccount } from './foreign-account.ts'
import { CONTENT, ENVELOPE, WEB_SOCKET_MESSAGE } from './foreign-content.ts'
import { decodeMessage, encodeMessage, isMessage, type Message } from './foreign-protobuf.ts'

await sodium.ready

const BLOCK = 160
const END_OF_CONTENT = 0x80
const KEY_SIZE_BYTES = 32
const SIGNATURE_SIZE_BYTES = 64
const SESSION_MESSAGE = 6
const REQUEST = 1
const CONFIG_ENVELOPE_TIMESTAMP = 1

/** How the makers of clients differ in what receivers have to take alike. */
export type Dialect = 'newest' | 'oldest'

export interface OpenedMessage {
  readonly sender: string
  readonly timestamp: number
  readonly content: Message
}

/** The newest rule gives whole blocks, the oldest one byte less. */
export function padContent(content: Uint8Array, dialect: Dialect): Buffer {
  const { length } = content
  const total =
    dialect === 'newest'
      ? length + 1 + BLOCK - ((length + 1) % BLOCK)
      : Math.ceil((length + 2) / BLOCK) * BLOCK - 1
  const padded = Buffer.alloc(total)
  padded.set(content)
  padded.writeUInt8(END_OF_CONTENT, length)
  return padded
}

export function unpadContent(padded: Buffer): Buffer {
  let end = padded.length - 1
  while (end >= 0 && padded[end] === 0) end--
  return padded[end] === END_OF_CONTENT ? padded.subarray(0, end) : padded
}

function signFor(sender: ForeignAccount, recipient: Uint8Array, padded: Uint8Array): Buffer {
  const key = Buffer.from(sender.ed25519, 'hex')
  return Buffer.concat([padded, key, sender.signBytes(Buffer.concat([padded, key, recipient]))])
}

/** `recipient` is an X25519 key. */
function sealFor(sender: ForeignAccount, recipient: Uint8Array, padded: Uint8Array): Buffer {
  return Buffer.from(sodium.crypto_box_seal(signFor(sender, recipient, padded), recipient))
}

/** The same bytes for the same content, so that a configuration that is pushed again is the same message. */
export function sealAlike(
  sender: ForeignAccount,
  recipient: Uint8Array,
  padded: Uint8Array,
): Buffer {
  const seed = sodium.crypto_generichash(
    32,
    Buffer.concat([sender.seed, recipient, padded]),
    'SessionBoxEphemeralHashKey',
  )
  const { privateKey, publicKey } = sodium.crypto_box_seed_keypair(seed)
  const nonce = sodium.crypto_generichash(24, Buffer.concat([publicKey, recipient]), null)
  const plaintext = signFor(sender, recipient, padded)
  const box = sodium.crypto_box_easy(plaintext, nonce, recipient, privateKey)
  return Buffer.concat([publicKey, box])
}

export function openSeal(
  { x25519 }: ForeignAccount,
  sealed: Uint8Array,
): { readonly sender: string; readonly padded: Buffer } {
  const plaintext = Buffer.from(sodium.crypto_box_seal_open(sealed, x25519.public, x25519.secret))
  const signature = plaintext.subarray(-SIGNATURE_SIZE_BYTES)
  const signed = plaintext.subarray(0, -SIGNATURE_SIZE_BYTES)
  const key = signed.subarray(-KEY_SIZE_BYTES)
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' })
  const message = Buffer.concat([signed, x25519.public])
  if (!verify(null, message, publicKey, signature)) throw new Error('signed by somebody else')
  return { sender: findAccountId(key), padded: signed.subarray(0, -KEY_SIZE_BYTES) }
}

/** Nobody without a subscription can tell a signature by a random key from one by a real key. */
function createDecoySignature(sealed: Uint8Array): Buffer {
  return sign(null, sealed, generateKeyPairSync('ed25519').privateKey)
}

/** What is stored in namespace 0. */
export function writeMessage(
  sender: ForeignAccount,
  recipientId: string,
  { content, dialect }: { readonly content: Message; readonly dialect: Dialect },
): Buffer {
  const recipient = Buffer.from(recipientId.slice(2), 'hex')
  const padded = padContent(encodeMessage(CONTENT, content), dialect)
  const sealed = sealFor(sender, recipient, padded)
  const envelope: Message = {
    type: SESSION_MESSAGE,
    timestamp: content['sigTimestamp'] ?? 0,
    content: sealed,
    ...(dialect === 'newest' && { sourceDevice: 1, proSig: createDecoySignature(sealed) }),
  }
  const [verb, path] = dialect === 'newest' ? ['', ''] : ['PUT', '/api/v1/message']
  return wrapEnvelope(envelope, verb, path)
}

function wrapEnvelope(envelope: Message, verb = '', path = ''): Buffer {
  const body = encodeMessage(ENVELOPE, envelope)
  const request = { verb, path, body, id: 0 }
  return encodeMessage(WEB_SOCKET_MESSAGE, { type: REQUEST, request })
}

export function readMessage(account: ForeignAccount, stored: Uint8Array): OpenedMessage {
  const { request } = decodeMessage(WEB_SOCKET_MESSAGE, stored)
  const body = isMessage(request) ? request['body'] : undefined
  if (!(body instanceof Uint8Array)) throw new Error('no envelope')
  const { timestamp, content: sealed } = decodeMessage(ENVELOPE, body)
  if (!(sealed instanceof Uint8Array)) throw new Error('no content')
  const { sender, padded } = openSeal(account, sealed)
  const content = decodeMessage(CONTENT, unpadContent(padded))
  const { sigTimestamp } = content
  if (sigTimestamp !== undefined && sigTimestamp !== timestamp && timestamp !== 1)
    throw new Error('two times')
  return { sender, timestamp: Number(timestamp), content }
}

/** A configuration, which is nobody's but ours: sealed to ourselves, without zeros behind its end. */
export function wrapConfig(
  account: ForeignAccount,
  shared: { readonly kind: number; readonly seqno: number; readonly data: Uint8Array },
): Buffer {
  const content = encodeMessage(CONTENT, { sharedConfigMessage: { ...shared } })
  const ended = Buffer.concat([content, Buffer.from([END_OF_CONTENT])])
  return wrapEnvelope({
    type: SESSION_MESSAGE,
    timestamp: CONFIG_ENVELOPE_TIMESTAMP,
    content: sealAlike(account, account.x25519.public, ended),
  })
}
