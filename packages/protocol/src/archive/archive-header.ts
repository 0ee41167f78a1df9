/**
 * The bytes of an archive before its first chunk (spec 16 §2.1), and the key that they and a passphrase give (§2.2).
 *
 * @module
 */

import { concatBytes, encodeUint32LittleEndian, encodeUtf8, equalBytes } from '@sotto/crypto/bytes'
import { readUint32LittleEndian } from '@sotto/crypto/bytes'
import { type Argon2Cost, PASSPHRASE_SALT_BYTES } from '@sotto/crypto/passphrase'
import type { Randomness } from '@sotto/crypto/randomness'
import { err, ok, type Result } from '@sotto/crypto/result'
import { STREAM_HEADER_BYTES } from '@sotto/crypto/secret-stream'
import { ProtocolError, type ProtocolErrorCode } from '../errors.ts'

/** Spec 16 §2.1. */
export const ARCHIVE_VERSION = 1
/** Spec 16 §2.2: RFC 9106's second choice, for machines that have no quarter of a gibibyte to spare. */
export const ARCHIVE_COST: Argon2Cost = { passes: 3, memoryKibibytes: 65_536 }

/** Spec 16 §2.2. What a stranger's file may cost whoever opens it. */
const PASSES_MAX = 8
const MEMORY_KIBIBYTES_MIN = 8
const MEMORY_KIBIBYTES_MAX = 524_288

const MAGIC = encodeUtf8('SOTTOARC')
const VERSION_OFFSET = 8
const RESERVED_OFFSET = 9
const PASSES_OFFSET = 12
const MEMORY_OFFSET = 16
const SALT_OFFSET = 20
const STREAM_OFFSET: number = SALT_OFFSET + PASSPHRASE_SALT_BYTES
/** Spec 16 §2.1. */
export const ARCHIVE_HEADER_BYTES: number = STREAM_OFFSET + STREAM_HEADER_BYTES

export interface ArchiveHeader {
  readonly cost: Argon2Cost
  readonly salt: Uint8Array
  readonly streamHeader: Uint8Array
  /** As it stands in the file, which the key is bound to. */
  readonly bytes: Uint8Array
}

/** Salt and nonce are new each time: two archives have nothing in common. */
export function createArchiveHeader(cost: Argon2Cost, randomness: Randomness): ArchiveHeader {
  const salt = randomness.bytes(PASSPHRASE_SALT_BYTES)
  const streamHeader = randomness.bytes(STREAM_HEADER_BYTES)
  const bytes = concatBytes([
    MAGIC,
    Uint8Array.of(ARCHIVE_VERSION, 0, 0, 0),
    encodeUint32LittleEndian(cost.passes),
    encodeUint32LittleEndian(cost.memoryKibibytes),
    salt,
    streamHeader,
  ])
  return { cost, salt, streamHeader, bytes }
}

function refuse(code: ProtocolErrorCode, detail: string): Result<never, ProtocolError> {
  return err(new ProtocolError(code, detail))
}

/** Total. Nothing is computed from a passphrase before this has accepted the cost. */
export function decodeArchiveHeader(bytes: Uint8Array): Result<ArchiveHeader, ProtocolError> {
  if (!equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) {
    return refuse('archive_malformed', 'no archive')
  }
  const version = bytes[VERSION_OFFSET]
  if (version === undefined) return refuse('archive_damaged', 'header')
  if (version !== ARCHIVE_VERSION) return refuse('archive_version', `version ${version}`)
  if (bytes.length !== ARCHIVE_HEADER_BYTES) return refuse('archive_damaged', 'header')
  if (bytes.subarray(RESERVED_OFFSET, PASSES_OFFSET).some((byte) => byte !== 0)) {
    return refuse('archive_malformed', 'reserved bytes')
  }
  const passes = readUint32LittleEndian(bytes, PASSES_OFFSET) ?? 0
  const memoryKibibytes = readUint32LittleEndian(bytes, MEMORY_OFFSET) ?? 0
  if (!isPermitted({ passes, memoryKibibytes })) {
    return refuse('archive_cost', `${passes} passes, ${memoryKibibytes} KiB`)
  }
  return ok({
    cost: { passes, memoryKibibytes },
    salt: bytes.slice(SALT_OFFSET, STREAM_OFFSET),
    streamHeader: bytes.slice(STREAM_OFFSET),
    bytes: Uint8Array.from(bytes),
  })
}

function isPermitted({ passes, memoryKibibytes }: Argon2Cost): boolean {
  return (
    passes >= 1 &&
    passes <= PASSES_MAX &&
    memoryKibibytes >= MEMORY_KIBIBYTES_MIN &&
    memoryKibibytes <= MEMORY_KIBIBYTES_MAX
  )
}
