/**
 * Why a node could not listen, as a sentence that names the setting.
 *
 * @module
 */
import { type NodeConfig, SETTINGS } from '../config.ts'
import { NodeError } from '../errors.ts'
import { readErrorCode } from './seed-file.ts'

const PORTS = [
  'httpsPort',
  'webPort',
  'peerPort',
  'filesPort',
  'previewPort',
  'operatorPort',
] as const

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there. Stop it, or choose another port',
  EACCES: 'this user may not use a port below 1024. Choose a higher one',
  EADDRNOTAVAIL: 'this machine has no such address',
}

/** Undefined for an error that has another cause. */
export function describeListenFailure(
  error: unknown,
  config: Pick<NodeConfig, 'host' | 'operatorHost' | (typeof PORTS)[number]>,
): NodeError | undefined {
  const reason = REASONS[readErrorCode(error)]
  if (!(error instanceof Error) || !('port' in error) || reason === undefined) return undefined
  const { port } = error
  const wanted = PORTS.find((name) => config[name] === port)
  if (wanted === undefined) return undefined
  const host = wanted === 'operatorPort' ? 'operatorHost' : 'host'
  const setting = SETTINGS[readErrorCode(error) === 'EADDRNOTAVAIL' ? host : wanted].variable
  const message = `The node cannot listen on ${config[host]}:${String(port)} (${setting}): ${reason}.`
  return new NodeError('node_address', message, { cause: error })
}
