/**
 * What the devices of one account share: one revision of a configuration, from its dict to the bytes that a swarm keeps, and back.
 *
 * This client knows no merging: it builds on the newest revision that it finds.
 *
 * @module
 */

import { zstdCompressSync, zstdDecompressSync, constants } from 'node:zlib'
import sodium from 'libsodium-wrappers'
import type { ForeignAccount } from './foreign-account.ts'
import { asDict, type Bt, type BtDict, decodeBtDict, encodeBt, isDict } from './foreign-bencode.ts'
import { CONTENT, ENVELOPE, WEB_SOCKET_MESSAGE } from './foreign-content.ts'
import { decodeMessage, isMessage, type Message } from './foreign-protobuf.ts'
import { openSeal, unpadContent, wrapConfig } from './foreign-seal.ts'

await sodium.ready

export type ConfigDomain = 'UserProfile' | 'Contacts' | 'ConvoInfoVolatile'

/** Under which number each goes into its protobuf, and where a swarm keeps it. */
export const CONFIGS: Readonly<
  Record<ConfigDomain, { readonly kind: number; readonly namespace: number }>
> = {
  UserProfile: { kind: 1, namespace: 2 },
  Contacts: { kind: 2, namespace: 3 },
  ConvoInfoVolatile: { kind: 3, namespace: 4 },
}

const OVERHEAD = 40
const NONCE_SIZE_BYTES = 24
const COMPRESSED = 'z'.charCodeAt(0)
/** Revisions that tell what earlier ones changed. */
const LAG = 5

/** One revision. */
export interface ForeignConfig {
  readonly seqno: number
  readonly data: BtDict
  /** `[seqno, hash, diff]` of the revisions before. */
  readonly lagged: readonly Bt[]
  readonly diff: BtDict
}

export const EMPTY_CONFIG: ForeignConfig = {
  seqno: 0,
  data: new Map(),
  lagged: [],
  diff: new Map(),
}

function hash(size: number, message: Uint8Array, key: string | null = null): Uint8Array {
  return sodium.crypto_generichash(size, message, key)
}

function deriveKey(seed: Uint8Array, domain: string, length: number): Uint8Array {
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(length))
  return hash(32, Buffer.concat([seed, size, Buffer.from(domain)]))
}

/** The nonce is behind the ciphertext. */
export function encryptConfig(seed: Uint8Array, domain: string, plaintext: Uint8Array): Buffer {
  const nonce = hash(NONCE_SIZE_BYTES, plaintext, `libsessionutil-config-encrypted-${domain}`)
  const key = deriveKey(seed, domain, plaintext.length)
  const ciphertext = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(
    plaintext,
    null,
    null,
    nonce,
    key,
  )
  return Buffer.concat([ciphertext, nonce])
}

export function decryptConfig(seed: Uint8Array, domain: string, sealed: Buffer): Buffer {
  const key = deriveKey(seed, domain, sealed.length - OVERHEAD)
  const nonce = sealed.subarray(-NONCE_SIZE_BYTES)
  const ciphertext = sealed.subarray(0, -NONCE_SIZE_BYTES)
  return Buffer.from(
    sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, ciphertext, null, nonce, key),
  )
}

/** With zeros in front, so that the length tells little. */
export function padConfig(message: Uint8Array): Buffer {
  const size = message.length + OVERHEAD
  const step = size < 5120 ? 256 : size < 20_480 ? 1024 : size < 40_960 ? 2048 : 5120
  const padded = Buffer.alloc(Math.ceil(size / step) * step - OVERHEAD)
  padded.set(message, padded.length - message.length)
  return padded
}

export function encodeConfig({ seqno, data, lagged, diff }: ForeignConfig): Buffer {
  return encodeBt(
    new Map<string, Bt>([
      ['#', seqno],
      ['&', data],
      ['<', lagged],
      ['=', diff],
    ]),
  )
}

function decodeConfig(encoded: Buffer): ForeignConfig {
  const dict = decodeBtDict(encoded)
  const lagged = dict.get('<')
  return {
    seqno: Number(dict.get('#')),
    data: asDict(dict.get('&')),
    lagged: Array.isArray(lagged) ? lagged : [],
    diff: asDict(dict.get('=')),
  }
}

export function hashConfig(config: ForeignConfig): Buffer {
  return Buffer.from(hash(32, encodeConfig(config)))
}

/** The revision after this one, with other data. */
export function reviseConfig(config: ForeignConfig, data: BtDict): ForeignConfig {
  const seqno = config.seqno + 1
  const lagged = [...config.lagged, [config.seqno, hashConfig(config), config.diff]]
  const isRecent = (row: Bt): boolean => Array.isArray(row) && Number(row[0]) + LAG > seqno
  return { seqno, data, lagged: lagged.filter(isRecent), diff: compareData(config.data, data) }
}

/** Dicts and single values; this client changes no sets. */
function compareData(before: BtDict, after: BtDict): BtDict {
  const diff = new Map<string, Bt>()
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, current] = [before.get(key), after.get(key)]
    if (isDict(old) || isDict(current)) {
      const inner = compareData(asDict(old), asDict(current))
      if (inner.size > 0) diff.set(key, inner)
    } else if (current === undefined) diff.set(key, Buffer.from('-'))
    else if (old === undefined || !encodeBt(old).equals(encodeBt(current)))
      diff.set(key, Buffer.alloc(0))
  }
  return diff
}

/** What is stored in the namespace of the domain. */
export function sealConfig(
  account: ForeignAccount,
  domain: ConfigDomain,
  config: ForeignConfig,
): Buffer {
  const plain = encodeConfig(config)
  const level = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }
  const compressed = Buffer.concat([Buffer.from('z'), zstdCompressSync(plain, level)])
  const shorter = compressed.length < plain.length ? compressed : plain
  const data = encryptConfig(account.seed, domain, padConfig(shorter))
  return wrapConfig(account, { kind: CONFIGS[domain].kind, seqno: config.seqno, data })
}

export function openConfig(
  account: ForeignAccount,
  domain: ConfigDomain,
  stored: Buffer,
): ForeignConfig {
  const shared = unwrapConfig(account, stored)
  const padded = decryptConfig(account.seed, domain, shared.data)
  const start = padded.findIndex((byte) => byte !== 0)
  const plain = padded.subarray(start)
  const encoded = plain[0] === COMPRESSED ? zstdDecompressSync(plain.subarray(1)) : plain
  const config = decodeConfig(encoded)
  if (shared.kind !== CONFIGS[domain].kind || shared.seqno !== config.seqno)
    throw new Error(`the outside says ${shared.kind} and ${shared.seqno}`)
  return config
}

interface SharedConfig {
  readonly kind: number
  readonly seqno: number
  readonly data: Buffer
}

function unwrapConfig(account: ForeignAccount, stored: Buffer): SharedConfig {
  const { request } = decodeMessage(WEB_SOCKET_MESSAGE, stored)
  const envelope = decodeMessage(ENVELOPE, readBytes(request, 'body'))
  const { sender, padded } = openSeal(account, readBytes(envelope, 'content'))
  if (sender !== account.accountId) throw new Error('a configuration of somebody else')
  if (envelope['timestamp'] !== 1) throw new Error('the envelope of a configuration has the time 1')
  const { sharedConfigMessage: shared } = decodeMessage(CONTENT, unpadContent(padded))
  if (!isMessage(shared)) throw new Error('no configuration')
  const { kind, seqno } = shared
  return { kind: Number(kind), seqno: Number(seqno), data: Buffer.from(readBytes(shared, 'data')) }
}

function readBytes(message: Message[string] | undefined, field: string): Uint8Array {
  const found = isMessage(message) ? message[field] : undefined
  if (!(found instanceof Uint8Array)) throw new Error(`no bytes "${field}"`)
  return found
}
