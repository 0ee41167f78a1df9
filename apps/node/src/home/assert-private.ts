/**
 * Refuses a folder that others can look into: whoever reads a seed can pose as the node, and whoever can write beside it can
 * swap it for one of their own.
 *
 * @module
 */
import { stat } from 'node:fs/promises'
import { NodeError } from '../errors.ts'
import { findHomeFiles } from './home-files.ts'
import { readErrorCode } from './seed-file.ts'

const FOR_OTHERS = 0o077
const FOLDER_MODE = '700'
const FILE_MODE = '600'

/** Throws a `NodeError` with the command that puts it right. Without a configuration file the folder holds no node. */
export async function assertPrivateHome(home: string): Promise<void> {
  const { config, nodeSeed, authoritySeed, operatorToken } = findHomeFiles(home)
  await assertPrivate(home, FOLDER_MODE)
  if (!(await assertPrivate(config, FILE_MODE))) {
    throw new NodeError(
      'node_home_missing',
      `${home} holds no node: there is no node.env. Make one with \`sotto node init --home ${home}\`.`,
    )
  }
  for (const secret of [nodeSeed, authoritySeed, operatorToken]) {
    await assertPrivate(secret, FILE_MODE)
  }
}

/** False when there is no such thing. */
async function assertPrivate(path: string, mode: string): Promise<boolean> {
  const found = await stat(path).catch((error: unknown) => {
    if (readErrorCode(error) === 'ENOENT') return undefined
    throw new NodeError('node_home_open', `${path} cannot be looked at (${readErrorCode(error)}).`)
  })
  if (found === undefined) return false
  const user = process.geteuid?.()
  if (user !== undefined && found.uid !== user) {
    const message = `${path} belongs to user ${found.uid}, and this is user ${user}. Run the node as its owner.`
    throw new NodeError('node_home_open', message)
  }
  if ((found.mode & FOR_OTHERS) !== 0) {
    const message = `Others than its owner can use ${path}. Put it right with \`chmod ${mode} ${path}\`.`
    throw new NodeError('node_home_open', message)
  }
  return true
}
