/**
 * What a member writes in a group: signed by its author, compressed, padded, and sealed with the group's key (spec 14
 * §5.1, §5.2). What it says is `group-content.ts`.
 *
 * @module
 */

import { concatBytes } from '@sotto/crypto/bytes'
import { type Account, type AccountId, encodeAccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { err, ok, type Result } from '@sotto/crypto/result'
import {
  GROUP_CIPHER_OVERHEAD_BYTES,
  openWithGroupKey,
  sealWithGroupKey,
} from '@sotto/crypto/session'
import {
  convertSigningPublicKey,
  type Ed25519PublicKey,
  SIGNATURE_BYTES,
  sign,
  verify,
} from '@sotto/crypto/signing'
import { type BtDict, type BtInput, decodeBt, encodeBt } from '../bt/index.ts'
import { isDict, readBytes, readInteger, readKey } from '../bt/read-bt.ts'
import { type ConfigCompression, decompressFrame } from '../config/compression.ts'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'
import { GROUP_PADDING_STEP, GROUP_PLAINTEXT_BYTES_MAX, GROUP_STORED_BYTES_MAX } from './limits.ts'

export interface GroupSeal {
  readonly groupKey: Ed25519PublicKey
  readonly secret: Uint8Array
  readonly author: Account
  readonly data: Uint8Array
  readonly compression: ConfigCompression
}

export interface GroupOpening {
  readonly groupKey: Ed25519PublicKey
  /** Newest first. */
  readonly secrets: readonly Uint8Array[]
  readonly sealed: Uint8Array
  readonly compression: ConfigCompression
  /** Whether authors' signatures of older clients count, which do not name the group. */
  readonly allowsOlderSignatures?: boolean
}

export interface OpenedGroupData {
  readonly author: AccountId
  readonly data: Uint8Array
}

const KEY = { version: '', author: 'a', plain: 'd', signature: 's', compressed: 'z' } as const
const VERSION = 1

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}

/** Refuses what nobody would read. */
export function sealGroupMessage(
  { groupKey, secret, author, data, compression }: GroupSeal,
  randomness: Randomness,
): Result<Uint8Array, ProtocolError> {
  if (data.length > GROUP_PLAINTEXT_BYTES_MAX) return refuse('group_limit', `${data.length} bytes`)
  const frame = compression.compress?.(data)
  const isSmaller = frame !== undefined && frame.length < data.length
  const written = isSmaller ? frame : data
  const dict = encodeBt(
    new Map<string, BtInput>([
      [KEY.version, VERSION],
      [KEY.author, author.signing.publicKey],
      [isSmaller ? KEY.compressed : KEY.plain, written],
      // The group's key is signed too: a member of two groups could carry the message from one to the other.
      [KEY.signature, sign(author.signing, concatBytes([written, groupKey]))],
    ]),
  )
  const sealed = sealWithGroupKey(secret, padDict(dict), randomness)
  if (sealed.length > GROUP_STORED_BYTES_MAX) return refuse('group_limit', `${sealed.length} bytes`)
  return ok(sealed)
}

/** Zeros behind, so that the sealed message is a multiple of the step. */
function padDict(dict: Uint8Array): Uint8Array {
  const bytes = dict.length + GROUP_CIPHER_OVERHEAD_BYTES
  const padded = new Uint8Array(
    Math.ceil(bytes / GROUP_PADDING_STEP) * GROUP_PADDING_STEP - GROUP_CIPHER_OVERHEAD_BYTES,
  )
  padded.set(dict)
  return padded
}

/** Opens what any member, or whoever was one, may have stored. Total. */
export function openGroupMessage(opening: GroupOpening): Result<OpenedGroupData, ProtocolError> {
  const { secrets, sealed } = opening
  if (sealed.length > GROUP_STORED_BYTES_MAX) return refuse('group_limit', `${sealed.length} bytes`)
  for (const secret of secrets) {
    const padded = openWithGroupKey(secret, sealed)
    if (padded !== undefined) return readPadded(padded, opening)
  }
  return refuse('group_unopened', `${secrets.length} keys`)
}

function readPadded(
  padded: Uint8Array,
  opening: GroupOpening,
): Result<OpenedGroupData, ProtocolError> {
  const end = padded.findLastIndex((byte) => byte !== 0) + 1
  const decoded = decodeBt(padded.subarray(0, end), { depth: 1 })
  if (!decoded.ok || !isDict(decoded.value)) return refuse('group_malformed', 'message')
  const dict = decoded.value
  if (readInteger(dict.get(KEY.version), { min: VERSION, max: VERSION }) === undefined) {
    return refuse('group_malformed', 'version')
  }
  const author = readAuthor(dict, opening)
  if (!author.ok) return author
  const data = readData(dict, opening.compression)
  if (data === undefined) return refuse('group_malformed', 'data')
  return ok({ author: author.value, data })
}

function findWritten(dict: BtDict): Uint8Array | undefined {
  const value = dict.get(dict.has(KEY.plain) ? KEY.plain : KEY.compressed)
  return value instanceof Uint8Array ? value : undefined
}

/** The signature is over what was written, compressed or not: nothing is decompressed for a stranger. */
function readAuthor(
  dict: BtDict,
  { groupKey, allowsOlderSignatures = false }: GroupOpening,
): Result<AccountId, ProtocolError> {
  const publicKey = readKey(dict.get(KEY.author))
  const signature = readBytes(dict.get(KEY.signature), SIGNATURE_BYTES)
  const written = findWritten(dict)
  if (publicKey === undefined || signature === undefined || written === undefined) {
    return refuse('group_malformed', 'author or data')
  }
  const message = concatBytes([written, groupKey])
  const isSigned =
    verify({ publicKey, message, signature }) ||
    (allowsOlderSignatures && verify({ publicKey, message: written, signature }))
  if (!isSigned) return refuse('group_signature', 'author')
  const agreementKey = convertSigningPublicKey(publicKey)
  if (agreementKey === undefined) return refuse('group_signature', 'author without id')
  return ok(encodeAccountId(agreementKey))
}

function readData(dict: BtDict, compression: ConfigCompression): Uint8Array | undefined {
  const written = findWritten(dict)
  if (written === undefined || dict.has(KEY.plain)) return written
  return decompressFrame(compression, written, GROUP_PLAINTEXT_BYTES_MAX)
}
