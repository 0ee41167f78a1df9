/**
 * Where the operator API of the node in a folder is, for programs on the same machine.
 *
 * @module
 */
import { resolve } from 'node:path'
import { NodeError } from '../errors.ts'
import { assertPrivateHome } from '../home/assert-private.ts'
import { findHomeFiles } from '../home/home-files.ts'
import { readHomeConfig } from '../read-config.ts'
import { SETTINGS } from '../config.ts'
import { readOperatorToken } from './operator-token.ts'

export interface OperatorPlace {
  /** Without a slash at its end. */
  readonly url: string
  readonly token: string
}

const ANY_HOST = '0.0.0.0'
const LOOPBACK = '127.0.0.1'

/** Throws a `NodeError` for a folder without a node, and for a node without the API. */
export async function findOperator(home: string): Promise<OperatorPlace> {
  const path = resolve(home)
  await assertPrivateHome(path)
  const file = findHomeFiles(path).config
  const config = readHomeConfig(file)
  if (!config.ok) throw new NodeError('node_config', config.error)
  const { operatorHost, operatorPort } = config.value
  if (operatorPort === undefined || operatorPort === 0) {
    const { variable } = SETTINGS.operatorPort
    const message = `The node has no operator API: set ${variable} in ${file} to a free port and restart it.`
    throw new NodeError('operator_off', message)
  }
  const token = await readOperatorToken(config.value)
  if (token === undefined) {
    throw new NodeError('operator_off', 'The node has not run with its operator API yet. Start it.')
  }
  const host = operatorHost === ANY_HOST ? LOOPBACK : operatorHost
  return { url: `http://${host}:${operatorPort}`, token }
}
