/**
 * Runs each node inside this process: the quickest start, and one debugger for all.
 *
 * A node cannot be killed here without its process, so `kill` is a stop; tests of sudden ends take child processes.
 *
 * @module
 */

import type { RunningNode } from '@sotto/node/start'
import { DevnetError } from './errors.ts'
import type { DrivenNode, NodeDriver, NodePlan } from './node-driver.ts'
import { writeNodeEnvironment } from './node-environment.ts'

async function startInProcess(plan: NodePlan): Promise<RunningNode> {
  // Loaded late: a supervisor of child processes has no use for a node's code.
  const { parseConfig } = await import('@sotto/node/config')
  const { startNode } = await import('@sotto/node/start')
  const config = parseConfig({ SOTTO_LOG_LEVEL: 'silent', ...writeNodeEnvironment(plan) })
  if (!config.ok) throw new DevnetError('invalid_options', `${plan.name}: ${config.error}`)
  return startNode(config.value)
}

function driveInProcess(node: RunningNode, plan: NodePlan): DrivenNode {
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const stop = async (): Promise<void> => {
    await node[Symbol.asyncDispose]()
    resolve()
  }
  return {
    host: plan.host,
    ports: node.ports,
    pid: process.pid,
    ended,
    async loadDirectory() {
      if (await node.reloadDirectory()) return
      throw new DevnetError('node_failed', `${plan.name} refused the directory.`)
    },
    stop,
    kill: stop,
  }
}

/** Nodes that share this process and its memory. */
export function createInProcessDriver(): NodeDriver {
  return { startNode: async (plan) => driveInProcess(await startInProcess(plan), plan) }
}
