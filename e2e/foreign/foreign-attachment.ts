/**
 * Files as they lie on a file server: the old form (AES-CBC with a MAC, a key of 64 bytes, a digest) and the new one (a stream of
 * chunks, a key of 32 bytes that the content gives).
 *
 * @module
 */

import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import sodium from 'libsodium-wrappers'
import { hashBlake2b } from './foreign-blake2b.ts'

await sodium.ready

const KEY_BYTES = 32
const IV_BYTES = 16
const MAC_BYTES = 32
const OLD_SIZE_MIN = 541
const OLD_SIZE_MAX = 10_000_000
const GROWTH = 1.05
const MARK = 'S'.charCodeAt(0)
const HEADER_BYTES = 24
const CHUNK_BYTES = 32_768
const TAG_BYTES = 17
const SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
const TAG_MESSAGE = 0
const TAG_FINAL = 3

export interface OldFile {
  readonly file: Buffer
  /** Cipher and MAC key. */
  readonly key: Buffer
  readonly digest: Buffer
}

/** How long a file is made so that its length tells little. */
export function measureOldFile(length: number): number {
  const exponent = Math.ceil(Math.log(Math.max(1, length)) / Math.log(GROWTH))
  const size = Math.max(OLD_SIZE_MIN, Math.floor(GROWTH ** exponent))
  return Math.min(OLD_SIZE_MAX, size)
}

export function sealOldFile(content: Uint8Array): OldFile {
  const padded = Buffer.alloc(measureOldFile(content.length))
  padded.set(content)
  return encryptOldFile(padded, { key: randomBytes(2 * KEY_BYTES), iv: randomBytes(IV_BYTES) })
}

export function encryptOldFile(
  padded: Uint8Array,
  { key, iv }: { readonly key: Buffer; readonly iv: Buffer },
): OldFile {
  const cipher = createCipheriv('aes-256-cbc', key.subarray(0, KEY_BYTES), iv)
  const sealed = Buffer.concat([iv, cipher.update(padded), cipher.final()])
  const mac = createHmac('sha256', key.subarray(KEY_BYTES)).update(sealed).digest()
  const file = Buffer.concat([sealed, mac])
  return { file, key, digest: createHash('sha256').update(file).digest() }
}

export function openOldFile({ file, key, digest }: OldFile, size: number): Buffer {
  const sealed = file.subarray(0, -MAC_BYTES)
  const mac = createHmac('sha256', key.subarray(KEY_BYTES)).update(sealed).digest()
  if (!timingSafeEqual(mac, file.subarray(-MAC_BYTES))) throw new Error('changed on its way')
  if (!createHash('sha256').update(file).digest().equals(digest)) throw new Error('another file')
  const iv = sealed.subarray(0, IV_BYTES)
  const decipher = createDecipheriv('aes-256-cbc', key.subarray(0, KEY_BYTES), iv)
  const padded = Buffer.concat([decipher.update(sealed.subarray(IV_BYTES)), decipher.final()])
  if (padded.length < size) throw new Error('shorter than announced')
  return padded.subarray(0, size)
}

const PERSONALS = { attachment: 'SessionAttachmnt', picture: 'Session_Prof_Pic' } as const

export interface StreamedFile {
  readonly file: Buffer
  readonly key: Buffer
}

/** How many bytes stand before the content, the last of them a one. */
export function measureStreamPadding(length: number): number {
  const sealed = measureSealed(length)
  const unit = 2 ** (Math.floor(Math.log2(Math.max(sealed, 131_072))) - 5)
  const padding = Math.ceil(sealed / unit) * unit - sealed + 1
  // The padding needs chunks of its own, and each costs a tag.
  const free = Math.ceil(length / CHUNK_BYTES) * CHUNK_BYTES - length
  const chunks = Math.floor(padding / SEALED_CHUNK_BYTES)
  const isOneMore = padding % SEALED_CHUNK_BYTES > free
  return padding - TAG_BYTES * (isOneMore ? chunks + 1 : chunks)
}

function measureSealed(length: number): number {
  return length + 1 + HEADER_BYTES + 1 + TAG_BYTES * Math.ceil(length / CHUNK_BYTES)
}

/** The same file for the same content of the same account. */
export function sealStream(
  seed: Uint8Array,
  purpose: keyof typeof PERSONALS,
  content: Uint8Array,
): StreamedFile {
  const options = { size: HEADER_BYTES + KEY_BYTES, key: seed, personal: PERSONALS[purpose] }
  const derived = hashBlake2b(content, options)
  const header = derived.subarray(0, HEADER_BYTES)
  const key = derived.subarray(HEADER_BYTES)
  const padding = Buffer.alloc(measureStreamPadding(content.length))
  padding.writeUInt8(1, padding.length - 1)
  const plaintext = Buffer.concat([padding, content])
  // Both directions begin with the same state, and only the receiving one takes a header.
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key)
  const chunks = cut(plaintext, CHUNK_BYTES).map((chunk, index, { length }) => {
    const tag = index === length - 1 ? TAG_FINAL : TAG_MESSAGE
    return sodium.crypto_secretstream_xchacha20poly1305_push(state, chunk, null, tag)
  })
  return { file: Buffer.concat([Buffer.from([MARK]), header, ...chunks]), key }
}

/** Of pictures of people nobody announces the size. */
export function openStream({ file, key }: StreamedFile, size?: number): Buffer {
  if (file[0] !== MARK) throw new Error('no stream')
  const header = file.subarray(1, 1 + HEADER_BYTES)
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key)
  const pulled = cut(file.subarray(1 + HEADER_BYTES), SEALED_CHUNK_BYTES).map((chunk) => {
    const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(state, chunk, null)
    if (opened === false) throw new Error('changed on its way')
    return opened
  })
  const ends = pulled.map(({ tag }) => tag === TAG_FINAL)
  if (ends.indexOf(true) !== pulled.length - 1) throw new Error('cut off')
  const plaintext = Buffer.concat(pulled.map(({ message }) => message))
  const start = plaintext.findIndex((byte) => byte !== 0)
  if (plaintext[start] !== 1) throw new Error('no padding')
  const content = plaintext.subarray(start + 1)
  if (size !== undefined && content.length !== size) throw new Error('another size than announced')
  return content
}

function cut(bytes: Buffer, size: number): readonly Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )
}
