/**
 * The names under which a file server keeps files (spec 15 §2): a hash of the bytes, or, for older clients, a number.
 *
 * @module
 */
import { encodeBase64, encodeUtf8 } from '@sotto/crypto/bytes'
import { createBlake2b } from '@sotto/crypto/hash'
import type { Randomness } from '@sotto/crypto/randomness'

const HASH_BYTES = 33
const SALT = encodeUtf8('SessionFileSvr\0\0')
const NUMBER_ID = /^(?:0|[1-9][0-9]{0,15})$/
const HASH_ID = /^[-_0-9A-Za-z]{44}$/
const NUMBER_BYTES = 8
const NUMBER_BITS = 53n

/** Of a whole file. */
export function deriveFileId(sealed: Uint8Array): string {
  const hash = createFileIdHash()
  hash.update(sealed)
  return hash.digest()
}

export interface FileIdHash {
  update(bytes: Uint8Array): void
  digest(): string
}

/** Of a file that comes piece by piece. 33 bytes are 44 characters without padding. */
export function createFileIdHash(): FileIdHash {
  const hash = createBlake2b({ length: HASH_BYTES, salt: SALT })
  return {
    update: (bytes) => {
      hash.update(bytes)
    },
    digest: () => encodeBase64(hash.digest()).replaceAll('+', '-').replaceAll('/', '_'),
  }
}

/** Uniform below 2⁵³; it says nothing of the file, its time or its place in a row. */
export function createNumberId(randomness: Randomness): string {
  const bytes = randomness.bytes(NUMBER_BYTES)
  const value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return String(BigInt.asUintN(Number(NUMBER_BITS), value))
}

export function isHashId(text: string): boolean {
  return HASH_ID.test(text)
}

/** A number below 2⁵³, or the hash of the file in base64url. */
export function isFileId(text: string): boolean {
  return isHashId(text) || readNumberId(text) !== undefined
}

/** `undefined` for the id that is a hash, and for what is none. */
export function readNumberId(fileId: string): number | undefined {
  const number = NUMBER_ID.test(fileId) ? Number(fileId) : Number.NaN
  return Number.isSafeInteger(number) ? number : undefined
}
