/**
 * The bytes of a backup file around what is encrypted (docs/operations/key-backup.md §1). What is inside is
 * `backup-contents.ts`, the encryption `seal-backup.ts`.
 *
 * @module
 */
import {
  concatBytes,
  encodeUint32LittleEndian,
  encodeUtf8,
  equalBytes,
  readUint32LittleEndian,
} from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import {
  type Argon2Cost,
  PASSPHRASE_NONCE_BYTES,
  PASSPHRASE_SALT_BYTES,
  PASSPHRASE_TAG_BYTES,
} from '@sotto/crypto/passphrase'
import { err, ok, type Result } from '@sotto/crypto/result'
import { NodeError } from '../errors.ts'

export const BACKUP_BYTES_MAX = 131_072
const BACKUP_VERSION = 1

/** What a stranger's file may cost whoever opens it: half a gibibyte and some seconds. */
const PASSES_MAX = 8
const MEMORY_KIBIBYTES_MIN = 8
const MEMORY_KIBIBYTES_MAX = 524_288

const MAGIC = encodeUtf8('SOTTOBAK')
const VERSION_OFFSET = 8
const RESERVED_OFFSET = 9
const PASSES_OFFSET = 12
const MEMORY_OFFSET = 16
const SALT_OFFSET = 20
const NONCE_OFFSET = SALT_OFFSET + PASSPHRASE_SALT_BYTES
const LENGTH_OFFSET = NONCE_OFFSET + PASSPHRASE_NONCE_BYTES
const HEADER_BYTES = LENGTH_OFFSET + 4
const CHECKSUM_BYTES = 32

export interface BackupHeader {
  readonly cost: Argon2Cost
  readonly salt: Uint8Array
  readonly nonce: Uint8Array
}

export interface BackupFile extends BackupHeader {
  /** The header as it stands in the file, which the key is bound to. */
  readonly header: Uint8Array
  readonly sealed: Uint8Array
}

export function encodeBackupHeader(
  { cost, salt, nonce }: BackupHeader,
  sealedBytes: number,
): Uint8Array {
  return concatBytes([
    MAGIC,
    Uint8Array.of(BACKUP_VERSION, 0, 0, 0),
    encodeUint32LittleEndian(cost.passes),
    encodeUint32LittleEndian(cost.memoryKibibytes),
    salt,
    nonce,
    encodeUint32LittleEndian(sealedBytes),
  ])
}

/** The checksum tells damage from a wrong passphrase. It protects nobody: whoever alters the file can compute it. */
export function encodeBackupFile(header: Uint8Array, sealed: Uint8Array): Uint8Array {
  const body = concatBytes([header, sealed])
  return concatBytes([body, blake2b(body, { length: CHECKSUM_BYTES })])
}

function refuse(message: string): Result<never, NodeError> {
  return err(new NodeError('backup_malformed', message))
}

/** Never throws. Nothing is computed from the passphrase before this has accepted the cost. */
export function decodeBackupFile(bytes: Uint8Array): Result<BackupFile, NodeError> {
  if (!equalBytes(bytes.subarray(0, MAGIC.length), MAGIC)) {
    return refuse('The file is no backup of a node.')
  }
  const version = bytes[VERSION_OFFSET]
  if (version !== undefined && version !== BACKUP_VERSION) {
    const message = `The backup has version ${version}, and this program knows ${BACKUP_VERSION}. Bring the program up to date.`
    return err(new NodeError('backup_version', message))
  }
  const sealedBytes = readUint32LittleEndian(bytes, LENGTH_OFFSET)
  const fileBytes = HEADER_BYTES + (sealedBytes ?? 0) + CHECKSUM_BYTES
  if (sealedBytes === undefined || bytes.length < fileBytes) {
    return refuse('The backup is cut off or damaged. Try another copy.')
  }
  const body = bytes.subarray(0, HEADER_BYTES + sealedBytes)
  const isWhole =
    bytes.length === fileBytes &&
    sealedBytes >= PASSPHRASE_TAG_BYTES &&
    fileBytes <= BACKUP_BYTES_MAX &&
    equalBytes(bytes.subarray(body.length), blake2b(body, { length: CHECKSUM_BYTES }))
  if (!isWhole) return refuse('The backup is damaged. Try another copy.')
  return decodeHeader(body)
}

function decodeHeader(body: Uint8Array): Result<BackupFile, NodeError> {
  const passes = readUint32LittleEndian(body, PASSES_OFFSET) ?? 0
  const memoryKibibytes = readUint32LittleEndian(body, MEMORY_OFFSET) ?? 0
  const isPermitted =
    passes >= 1 &&
    passes <= PASSES_MAX &&
    memoryKibibytes >= MEMORY_KIBIBYTES_MIN &&
    memoryKibibytes <= MEMORY_KIBIBYTES_MAX
  if (!isPermitted) {
    const message = 'The backup asks for more memory or time than any that this program writes.'
    return err(new NodeError('backup_cost', message))
  }
  if (body.subarray(RESERVED_OFFSET, PASSES_OFFSET).some((byte) => byte !== 0)) {
    return refuse('The backup is damaged. Try another copy.')
  }
  return ok({
    cost: { passes, memoryKibibytes },
    salt: body.slice(SALT_OFFSET, NONCE_OFFSET),
    nonce: body.slice(NONCE_OFFSET, LENGTH_OFFSET),
    header: body.slice(0, HEADER_BYTES),
    sealed: body.slice(HEADER_BYTES),
  })
}
