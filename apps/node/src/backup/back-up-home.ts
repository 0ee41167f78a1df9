/**
 * From the folder of a node to a backup file, and back to an empty folder.
 *
 * @module
 */
import { constants } from 'node:fs'
import { open, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { systemRandomness } from '@sotto/crypto/randomness'
import type { Argon2Cost } from '@sotto/crypto/passphrase'
import { readConfigFile } from '../config-file.ts'
import { NodeError } from '../errors.ts'
import { assertPrivateHome } from '../home/assert-private.ts'
import {
  describeHomeKeys,
  type HomeContents,
  type HomeKeys,
  writeHome,
} from '../home/create-home.ts'
import { findHomeFiles } from '../home/home-files.ts'
import { readErrorCode, readSeedFile } from '../home/seed-file.ts'
import { listFileVariables } from '../read-config.ts'
import { BACKUP_BYTES_MAX } from './backup-file.ts'
import { openBackup, sealBackup } from './seal-backup.ts'

const OWNER_ONLY = 0o600

export interface HomeBackup {
  readonly home: string
  /** The file, which must not be there yet for a backup. */
  readonly path: string
  readonly passphrase: string
  readonly cost?: Argon2Cost
}

async function readHome(home: string): Promise<HomeContents> {
  await assertPrivateHome(home)
  const files = findHomeFiles(home)
  const config = readConfigFile(files.config, listFileVariables())
  if (!config.ok) throw new NodeError('node_config', config.error)
  const nodeSeed = await readSeedFile(files.nodeSeed)
  if (nodeSeed === undefined) {
    const message = `${home} has no node.seed to back up. Has the node its seed from SOTTO_NODE_SEED?`
    throw new NodeError('node_seed', message)
  }
  const authoritySeed = await readSeedFile(files.authoritySeed)
  const text = config.value.text
  return { config: text, nodeSeed, ...(authoritySeed === undefined ? {} : { authoritySeed }) }
}

/** Throws a `NodeError` for a folder that cannot be read and for a file that is there already. */
export async function backUpHome({ home, path, passphrase, cost }: HomeBackup): Promise<HomeKeys> {
  const contents = await readHome(resolve(home))
  const randomness = systemRandomness
  const bytes = sealBackup(contents, {
    passphrase,
    randomness,
    ...(cost === undefined ? {} : { cost }),
  })
  await writeBackup(path, bytes)
  return describeHomeKeys(contents)
}

/** Either the whole file or none; never over another. */
async function writeBackup(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await writeFile(path, bytes, { mode: OWNER_ONLY, flag: 'wx', flush: true })
  } catch (cause) {
    const code = readErrorCode(cause)
    const isTaken = code === 'EEXIST'
    // A full disk leaves a piece, which somebody could take for a backup.
    if (!isTaken) await rm(path, { force: true }).catch(() => undefined)
    const reason = isTaken ? 'is there already; nothing was changed' : `cannot be written (${code})`
    throw new NodeError('node_home_open', `${path} ${reason}.`, { cause })
  }
}

/** Throws a `NodeError`, and then has written nothing. */
export async function restoreHome({ home, path, passphrase }: HomeBackup): Promise<HomeKeys> {
  const contents = openBackup(await readBackup(path), passphrase)
  if (!contents.ok) throw contents.error
  await writeHome(resolve(home), contents.value)
  return describeHomeKeys(contents.value)
}

/** One byte more than a backup may have is enough to refuse it. */
async function readBackup(path: string): Promise<Uint8Array> {
  try {
    await using file = await open(path, constants.O_RDONLY)
    const { buffer, bytesRead } = await file.read(new Uint8Array(BACKUP_BYTES_MAX + 1))
    return buffer.subarray(0, bytesRead)
  } catch (cause) {
    const message = `${path} cannot be read (${readErrorCode(cause)}).`
    throw new NodeError('node_home_open', message, { cause })
  }
}
