/**
 * Makes the folder of a new node: its seed, its configuration file, and the seed of an authority if it is to be one.
 *
 * @module
 */
import { access, chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { SETTINGS } from '../config.ts'
import { NodeError } from '../errors.ts'
import { deriveNodeIdentity, NODE_SEED_BYTES } from '../node-identity.ts'
import { composeConfigFile } from './compose-config-file.ts'
import { findHomeFiles, type HomeFiles } from './home-files.ts'
import { readErrorCode, writeSeedFile } from './seed-file.ts'

const FOLDER_MODE = 0o700
const FILE_MODE = 0o600

export interface HomeContents {
  /** The text of `node.env`. */
  readonly config: string
  readonly nodeSeed: Uint8Array
  readonly authoritySeed?: Uint8Array
}

/** What others may know of a node. */
export interface HomeKeys {
  readonly node: string
  readonly authority?: string
}

export interface NewHome {
  /** Settings by variable. */
  readonly settings: ReadonlyMap<string, string>
  readonly isAuthority: boolean
}

/**
 * Throws a `NodeError` for a setting with a value that a node would refuse. Settings that are still to be filled in are no
 * reason.
 */
function assertSettings(settings: ReadonlyMap<string, string>): void {
  for (const { variable, description, parse } of Object.values(SETTINGS)) {
    const text = settings.get(variable)
    if (text === undefined || text === '' || parse(text) !== undefined) continue
    throw new NodeError('node_config', `${variable} is not valid. ${description}`)
  }
}

export function describeHomeKeys({
  nodeSeed,
  authoritySeed,
}: Pick<HomeContents, 'nodeSeed' | 'authoritySeed'>): HomeKeys {
  const node = encodeHex(deriveNodeIdentity(nodeSeed).signing.publicKey)
  if (authoritySeed === undefined) return { node }
  return { node, authority: encodeHex(deriveSigningKeyPair(authoritySeed).publicKey) }
}

/** Throws a `NodeError` when the folder has a node, or anything of one. */
async function assertEmpty(home: string, files: HomeFiles): Promise<void> {
  for (const path of [files.config, files.nodeSeed, files.authoritySeed]) {
    const isThere = await access(path).then(
      () => true,
      (error: unknown) => readErrorCode(error) !== 'ENOENT',
    )
    if (!isThere) continue
    const message = `${home} holds a node already (${path}). Nothing was changed; choose another folder.`
    throw new NodeError('node_home_exists', message)
  }
}

/** Writes all files or, when one fails, none. Throws a `NodeError` when the folder holds a node. */
export async function writeHome(home: string, contents: HomeContents): Promise<void> {
  const files = findHomeFiles(home)
  const written: string[] = []
  try {
    await mkdir(home, { recursive: true, mode: FOLDER_MODE })
    await assertEmpty(home, files)
    // One that was there before, or that a wide umask made.
    await chmod(home, FOLDER_MODE)
    await writeFile(files.config, contents.config, { mode: FILE_MODE, flag: 'wx' })
    written.push(files.config)
    await writeSeedFile(files.nodeSeed, contents.nodeSeed)
    written.push(files.nodeSeed)
    if (contents.authoritySeed === undefined) return
    await writeSeedFile(files.authoritySeed, contents.authoritySeed)
  } catch (error) {
    for (const path of written) await rm(path, { force: true })
    if (error instanceof NodeError) throw error
    const message = `${home} cannot be written to (${readErrorCode(error)}).`
    throw new NodeError('node_home_open', message, { cause: error })
  }
}

/** Makes a node with fresh seeds. */
export async function createHome(
  home: string,
  { settings, isAuthority }: NewHome,
): Promise<HomeKeys> {
  assertSettings(settings)
  const contents = {
    config: composeConfigFile(settings),
    nodeSeed: systemRandomness.bytes(NODE_SEED_BYTES),
    ...(isAuthority ? { authoritySeed: systemRandomness.bytes(NODE_SEED_BYTES) } : {}),
  }
  await writeHome(resolve(home), contents)
  return describeHomeKeys(contents)
}
