/**
 * The process of a node: starts it, obeys signals and its parent, and ends when the node has ended.
 *
 * @module
 */
import { readConfig } from './config.ts'
import { startNode, type RunningNode } from './start-node.ts'

async function reload(node: RunningNode): Promise<void> {
  if (await node.reloadDirectory()) process.send?.({ type: 'ready' })
}

async function run(): Promise<void> {
  const config = readConfig()
  if (!config.ok) {
    process.stderr.write(`${config.error}\n`)
    process.exitCode = 2
    return
  }
  const stop = Promise.withResolvers<void>()
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.resolve())
  process.once('disconnect', () => stop.resolve())
  await using node = await startNode(config.value)
  process.on('SIGHUP', () => void reload(node))
  process.on('message', (message: { type?: unknown }) => {
    if (message.type === 'reload') void reload(node)
  })
  process.send?.({ type: 'listening', ports: node.ports })
  await stop.promise
}

await run()
// The channel to the parent would keep the process alive after the node has ended.
if (process.connected) process.disconnect()
