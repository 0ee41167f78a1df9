/**
 * From a serialised revision to what a swarm keeps, and back: compression, padding, parts, encryption (spec 11 §3). The
 * envelope of an account's own configurations is `wrap-config.ts`.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { CONFIG_CIPHER_OVERHEAD_BYTES, openConfig, sealConfig } from '@sotto/crypto/session'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { type ConfigCompression, decompressFrame } from './compression.ts'
import { padConfig, unpadConfig } from './config-padding.ts'
import { type ConfigPart, decodePart, encodePart, PART_SIGN, splitWhole } from './config-part.ts'
import { CONFIG_MESSAGE_BYTES_MAX, CONFIG_STORED_BYTES_MAX } from './limits.ts'

/** Spec 11 §3.1. Which configuration a key opens; the texts are part of the wire format. */
export type ConfigDomain =
  | 'UserProfile'
  | 'Contacts'
  | 'ConvoInfoVolatile'
  | 'UserGroups'
  | 'groups::Info'
  | 'groups::Members'

export interface ConfigCipher {
  readonly domain: ConfigDomain
  /** Newest first: the first one seals, all of them are tried to open. */
  readonly secrets: readonly Uint8Array[]
  readonly compression: ConfigCompression
}

export type OpenedConfig =
  | { readonly kind: 'message'; readonly bytes: Uint8Array }
  | { readonly kind: 'part'; readonly part: ConfigPart }

const COMPRESSED_SIGN = 0x7a
const DICT_SIGN = 0x64

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}

/** One ciphertext, or one for each part. Refuses what nobody would read. */
export function sealMessage(
  { domain, secrets, compression }: ConfigCipher,
  bytes: Uint8Array,
): Result<readonly Uint8Array[], ProtocolError> {
  const [secret] = secrets
  if (secret === undefined) throw new RangeError('a configuration without a key')
  if (bytes.length > CONFIG_MESSAGE_BYTES_MAX)
    return refuse('config_limit', `${bytes.length} bytes`)
  const whole = padConfig(compressIfSmaller(compression, bytes))
  if (whole.length + CONFIG_CIPHER_OVERHEAD_BYTES <= CONFIG_STORED_BYTES_MAX) {
    return ok([sealConfig({ secret, domain }, whole)])
  }
  const parts = splitWhole(whole)
  if (parts === undefined) return refuse('config_limit', `${whole.length} bytes in parts`)
  return ok(parts.map((part) => sealConfig({ secret, domain }, encodePart(part))))
}

function compressIfSmaller({ compress }: ConfigCompression, bytes: Uint8Array): Uint8Array {
  const frame = compress?.(bytes)
  if (frame === undefined || 1 + frame.length >= bytes.length) return bytes
  return concatBytes([Uint8Array.of(COMPRESSED_SIGN), frame])
}

/** Opens what anybody may have stored. Total. */
export function openCiphertext(
  { domain, secrets, compression }: ConfigCipher,
  ciphertext: Uint8Array,
): Result<OpenedConfig, ProtocolError> {
  if (ciphertext.length > CONFIG_STORED_BYTES_MAX) {
    return refuse('config_limit', `${ciphertext.length} bytes stored`)
  }
  for (const secret of secrets) {
    const padded = openConfig({ secret, domain }, ciphertext)
    if (padded !== undefined) return readPlaintext(padded, compression)
  }
  return refuse('config_unopened', `${secrets.length} keys`)
}

function readPlaintext(
  padded: Uint8Array,
  compression: ConfigCompression,
): Result<OpenedConfig, ProtocolError> {
  const content = unpadConfig(padded)
  if (content[0] !== PART_SIGN) {
    const bytes = unpackWhole(padded, compression)
    return bytes.ok ? ok({ kind: 'message', bytes: bytes.value }) : bytes
  }
  const part = decodePart(content)
  return part === undefined ? refuse('config_malformed', 'part') : ok({ kind: 'part', part })
}

/** The serialised revision inside a whole, which came in one piece or was put together from parts. */
export function unpackWhole(
  padded: Uint8Array,
  compression: ConfigCompression,
): Result<Uint8Array, ProtocolError> {
  const content = unpadConfig(padded)
  switch (content[0]) {
    case DICT_SIGN:
      return ok(content)
    case COMPRESSED_SIGN: {
      const bytes = decompressFrame(compression, content.subarray(1), CONFIG_MESSAGE_BYTES_MAX)
      return bytes === undefined ? refuse('config_malformed', 'compression') : ok(bytes)
    }
    default:
      return refuse('config_malformed', 'neither dict nor compressed')
  }
}
