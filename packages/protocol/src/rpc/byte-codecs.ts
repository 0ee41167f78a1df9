/**
 * Parameters that are bytes: accounts, keys, signatures, tokens and message data (spec 03 §2.4).
 *
 * JSON carries them as hex or base64, bt as they are. Whether a key, a signature or an account is the
 * right one is decided later (`check-signature.ts`); here only form and length count.
 *
 * @module
 */

import { decodeBase64, decodeHex, encodeBase64, encodeHex } from '@sotto/crypto/bytes'
import { err, ok } from '@sotto/crypto/result'
import { type Ed25519PublicKey, toEd25519PublicKey } from '@sotto/crypto/signing'
import { type AccountBytes, parseAccountBytes } from '../swarm/index.ts'
import type { Codec, Reading } from './codec.ts'
import { DATA_MAX_BASE64_CHARACTERS, DATA_MAX_BYTES } from './limits.ts'

const KEY_HEX_CHARACTERS = 64
const SIGNATURE_BYTES = 64
const SIGNATURE_BASE64_CHARACTERS = 86
const SIGNATURE_BASE64_PADDED_CHARACTERS = 88
const TOKEN_BYTES = 36
const TOKEN_BASE64_CHARACTERS = 48
const TOKEN_HEX_CHARACTERS = 72

const NOT_ACCOUNT = err('must be 66 hex digits or 33 bytes')
const NOT_KEY = err('must be 64 hex digits or 32 bytes')
const NOT_SIGNATURE = err('must be 64 bytes in base64')
const NOT_TOKEN = err('must be 36 bytes in base64 or hex')
const NOT_DATA = err('must be base64')
const TOO_LARGE = err(`must have at most ${DATA_MAX_BYTES} bytes`)

export const accountCodec: Codec<AccountBytes> = {
  description: 'account, 66 hex digits',
  readJson(value) {
    const account = typeof value === 'string' ? parseAccountBytes(value) : undefined
    return account === undefined ? NOT_ACCOUNT : ok(account)
  },
  readBt(value) {
    const account = value instanceof Uint8Array ? parseAccountBytes(value) : undefined
    return account === undefined ? NOT_ACCOUNT : ok(account)
  },
  writeJson: encodeHex,
  writeBt: (value) => value,
}

function readKey(bytes: Uint8Array | undefined): Reading<Ed25519PublicKey> {
  const key = bytes === undefined ? undefined : toEd25519PublicKey(bytes)
  return key === undefined ? NOT_KEY : ok(key)
}

export const publicKeyCodec: Codec<Ed25519PublicKey> = {
  description: 'Ed25519 public key, 64 hex digits',
  readJson: (value) =>
    typeof value === 'string' && value.length === KEY_HEX_CHARACTERS
      ? readKey(decodeHex(value))
      : NOT_KEY,
  readBt: (value) => (value instanceof Uint8Array ? readKey(value) : NOT_KEY),
  writeJson: encodeHex,
  writeBt: (value) => value,
}

export const signatureCodec: Codec<Uint8Array> = {
  description: 'signature, 64 bytes in base64',
  readJson(value) {
    const isLengthRight =
      typeof value === 'string' &&
      (value.length === SIGNATURE_BASE64_CHARACTERS ||
        (value.length === SIGNATURE_BASE64_PADDED_CHARACTERS && value.endsWith('==')))
    const bytes = isLengthRight ? decodeBase64(value) : undefined
    return bytes?.length === SIGNATURE_BYTES ? ok(bytes) : NOT_SIGNATURE
  },
  readBt: (value) =>
    value instanceof Uint8Array && value.length === SIGNATURE_BYTES ? ok(value) : NOT_SIGNATURE,
  writeJson: (value) => encodeBase64(value),
  writeBt: (value) => value,
}

function decodeToken(text: string): Uint8Array | undefined {
  if (text.length === TOKEN_HEX_CHARACTERS) return decodeHex(text)
  return text.length === TOKEN_BASE64_CHARACTERS ? decodeBase64(text) : undefined
}

export const tokenCodec: Codec<Uint8Array> = {
  description: 'subaccount token, 36 bytes in base64 or hex',
  readJson(value) {
    const bytes = typeof value === 'string' ? decodeToken(value) : undefined
    return bytes?.length === TOKEN_BYTES ? ok(bytes) : NOT_TOKEN
  },
  readBt: (value) =>
    value instanceof Uint8Array && value.length === TOKEN_BYTES ? ok(value) : NOT_TOKEN,
  writeJson: (value) => encodeBase64(value),
  writeBt: (value) => value,
}

export const dataCodec: Codec<Uint8Array> = {
  description: `message, base64, at most ${DATA_MAX_BYTES} bytes`,
  readJson(value) {
    if (typeof value !== 'string') return NOT_DATA
    // Before decoding, so that an over-long text costs nothing.
    if (value.length > DATA_MAX_BASE64_CHARACTERS) return TOO_LARGE
    const bytes = decodeBase64(value)
    return bytes === undefined ? NOT_DATA : ok(bytes)
  },
  readBt(value) {
    if (!(value instanceof Uint8Array)) return NOT_DATA
    return value.length > DATA_MAX_BYTES ? TOO_LARGE : ok(value)
  },
  writeJson: (value) => encodeBase64(value),
  writeBt: (value) => value,
}
