/**
 * A node as a whole process: its settings, signals and parent, from the start to the end. The programs that call it are
 * `main.ts` and, for networks that are made to be broken, one outside this package.
 *
 * @module
 */
import { readConfig } from './config.ts'
import { startNode, type NodeOverrides, type RunningNode } from './start-node.ts'

const EXIT_OK = 0
const EXIT_USAGE = 2

async function reload(node: RunningNode): Promise<void> {
  if (await node.reloadDirectory()) process.send?.({ type: 'ready' })
}

/** Resolves with the exit code when the node has ended. */
export async function runNode(overrides: NodeOverrides = {}): Promise<number> {
  const config = readConfig()
  if (!config.ok) {
    process.stderr.write(`${config.error}\n`)
    return EXIT_USAGE
  }
  const stop = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.resolve())
  process.once('disconnect', () => stop.resolve())
  await using node = await startNode(config.value, overrides)
  process.on('SIGHUP', () => void reload(node))
  process.on('message', (message: { type?: unknown }) => {
    if (message.type === 'reload') void reload(node)
    if (message.type === 'drain') node.drain()
  })
  process.send?.({ type: 'listening', ports: node.ports })
  await stop.promise
  return EXIT_OK
}
