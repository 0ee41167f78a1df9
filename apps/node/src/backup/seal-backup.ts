/**
 * A node's keys and configuration under a passphrase, and back (docs/operations/key-backup.md).
 *
 * @module
 */
import { wipeBytes } from '@sotto/crypto/bytes'
import {
  type Argon2Cost,
  derivePassphraseKey,
  openSecret,
  PASSPHRASE_NONCE_BYTES,
  PASSPHRASE_SALT_BYTES,
  PASSPHRASE_TAG_BYTES,
  sealSecret,
} from '@sotto/crypto/passphrase'
import type { Randomness } from '@sotto/crypto/randomness'
import { err, ok, type Result } from '@sotto/crypto/result'
import { NodeError } from '../errors.ts'
import type { HomeContents } from '../home/create-home.ts'
import { decodeBackupContents, encodeBackupContents } from './backup-contents.ts'
import { decodeBackupFile, encodeBackupFile, encodeBackupHeader } from './backup-file.ts'

/** libsodium's "moderate": a quarter of a gibibyte, 0.7 seconds on one core here. */
export const BACKUP_COST: Argon2Cost = { passes: 3, memoryKibibytes: 262_144 }

export interface BackupOptions {
  readonly passphrase: string
  readonly randomness: Randomness
  readonly cost?: Argon2Cost
}

export function sealBackup(
  contents: HomeContents,
  { passphrase, randomness, cost = BACKUP_COST }: BackupOptions,
): Uint8Array {
  const plaintext = encodeBackupContents(contents)
  const salt = randomness.bytes(PASSPHRASE_SALT_BYTES)
  const nonce = randomness.bytes(PASSPHRASE_NONCE_BYTES)
  const sealedBytes = plaintext.length + PASSPHRASE_TAG_BYTES
  const header = encodeBackupHeader({ cost, salt, nonce }, sealedBytes)
  const key = derivePassphraseKey({ passphrase, salt, cost, context: header })
  const sealed = sealSecret(key, nonce, plaintext)
  wipeBytes(plaintext, key)
  return encodeBackupFile(header, sealed)
}

/** Never throws. Takes as much memory as the file says, within the bounds of `decodeBackupFile`. */
export function openBackup(bytes: Uint8Array, passphrase: string): Result<HomeContents, NodeError> {
  const file = decodeBackupFile(bytes)
  if (!file.ok) return file
  const { cost, salt, nonce, header, sealed } = file.value
  const key = derivePassphraseKey({ passphrase, salt, cost, context: header })
  const plaintext = openSecret(key, nonce, sealed)
  wipeBytes(key)
  if (plaintext === undefined) {
    const message =
      'The passphrase does not open the backup. (Or somebody altered the backup on purpose.)'
    return err(new NodeError('backup_unopened', message))
  }
  const contents = decodeBackupContents(plaintext)
  wipeBytes(plaintext)
  if (contents !== undefined) return ok(contents)
  return err(new NodeError('backup_malformed', 'The backup opens, but holds no keys of a node.'))
}
