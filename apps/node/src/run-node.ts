/**
 * A node as a whole process: its settings, signals and parent, from the start to the end. The programs that call it are
 * `main.ts` and, for networks that are made to be broken, one outside this package.
 *
 * @module
 */
import { AUTHORITIES_MAX } from '@sotto/protocol/directory'
import { type NodeConfig, SETTINGS } from './config.ts'
import { createConfiguredAuthorities } from './directory/configured-authorities.ts'
import { NodeError } from './errors.ts'
import { describeListenFailure } from './home/describe-listen-failure.ts'
import { findHomeFiles } from './home/home-files.ts'
import { lockHome } from './home/home-lock.ts'
import { readSeedFile } from './home/seed-file.ts'
import { readConfig } from './read-config.ts'
import { startNode, type NodeOverrides, type RunningNode } from './start-node.ts'

const EXIT_OK = 0
const EXIT_FAILED = 1
const EXIT_USAGE = 2

async function reload(node: RunningNode): Promise<void> {
  if (await node.reloadDirectory()) process.send?.({ type: 'ready' })
}

/** The settings with the seed of an authority that lies in the folder. */
async function addAuthoritySeed(config: NodeConfig): Promise<NodeConfig> {
  if (config.authoritySeed !== undefined) return config
  const authoritySeed = await readSeedFile(findHomeFiles(config.dataDirectory).authoritySeed)
  return authoritySeed === undefined ? config : { ...config, authoritySeed }
}

/** Throws a `NodeError` for keys and a threshold that are each well-formed and do not fit each other. */
function assertAuthorities(config: NodeConfig): void {
  try {
    createConfiguredAuthorities(config)
  } catch (cause) {
    const { directoryKeys, directoryThreshold } = SETTINGS
    const message =
      `${directoryKeys.variable} and ${directoryThreshold.variable} do not fit: there are at most ` +
      `${AUTHORITIES_MAX} keys, and the threshold is more than half of them and no more than all.`
    throw new NodeError('node_config', message, { cause })
  }
}

async function start(config: NodeConfig, overrides: NodeOverrides): Promise<RunningNode> {
  try {
    return await startNode(await addAuthoritySeed(config), overrides)
  } catch (error) {
    throw describeListenFailure(error, config) ?? error
  }
}

/** Resolves when the node was asked to end and has ended. Throws a `NodeError` for what its operator can put right. */
export async function runConfiguredNode(
  config: NodeConfig,
  overrides: NodeOverrides = {},
): Promise<void> {
  const stop = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.resolve())
  process.once('disconnect', () => stop.resolve())
  // Without a listener the signal would end a program that starts, or be lost where it is the first of a container.
  const started = Promise.withResolvers<RunningNode>()
  process.on('SIGHUP', () => void started.promise.then(reload))
  assertAuthorities(config)
  using _lock = lockHome(config.dataDirectory)
  await using node = await start(config, overrides)
  started.resolve(node)
  process.on('message', (message: { type?: unknown }) => {
    if (message.type === 'reload') void reload(node)
    if (message.type === 'drain') node.drain()
    if (message.type === 'measure') {
      process.send?.({ type: 'measured', movedBytes: node.movedBytes })
    }
  })
  const { ports, filesPort: files, previewPort: preview } = node
  const roles = { ...(files !== undefined && { files }), ...(preview !== undefined && { preview }) }
  process.send?.({ type: 'listening', ports: { ...ports, ...roles } })
  await stop.promise
}

/** Resolves with the exit code when the node has ended. */
export async function runNode(overrides: NodeOverrides = {}): Promise<number> {
  const config = readConfig()
  if (!config.ok) {
    process.stderr.write(`${config.error}\n`)
    return EXIT_USAGE
  }
  try {
    await runConfiguredNode(config.value, overrides)
    return EXIT_OK
  } catch (error) {
    if (!(error instanceof NodeError)) throw error
    process.stderr.write(`${error.message}\n`)
    return EXIT_FAILED
  }
}
