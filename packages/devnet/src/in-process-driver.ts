/**
 * Runs each node inside this process: the quickest start, and one debugger for all.
 *
 * A node cannot be killed or paused here without its process, so `kill` is a stop and `pause` is refused; tests of these
 * take child processes.
 *
 * @module
 */

import { readFile } from 'node:fs/promises'
import type { RunningNode } from '@sotto/node/start'
import { type Chaos, createChaos } from './chaos/chaos.ts'
import { decodeConditions } from './chaos/node-conditions.ts'
import { DevnetError } from './errors.ts'
import type { DrivenNode, NodeDriver, NodePlan } from './node-driver.ts'
import { writeNodeEnvironment } from './node-environment.ts'

async function startInProcess(plan: NodePlan, chaos: Chaos): Promise<RunningNode> {
  // Loaded late: a supervisor of child processes has no use for a node's code.
  const { parseConfig } = await import('@sotto/node/config')
  const { startNode } = await import('@sotto/node/start')
  const config = parseConfig({ SOTTO_LOG_LEVEL: 'silent', ...writeNodeEnvironment(plan) })
  if (!config.ok) throw new DevnetError('invalid_options', `${plan.name}: ${config.error}`)
  chaos.impose(decodeConditions(await readFile(plan.conditionsFile, 'utf8')))
  return startNode(config.value, chaos.overrides)
}

function refusePause(): DevnetError {
  const message = 'Nodes that share one process cannot be paused; run them as child processes.'
  return new DevnetError('invalid_order', message)
}

async function driveInProcess(plan: NodePlan): Promise<DrivenNode> {
  const chaos = createChaos()
  const node = await startInProcess(plan, chaos)
  const { promise: ended, resolve } = Promise.withResolvers<void>()
  const stop = async (): Promise<void> => {
    chaos.letTimeRun()
    await node[Symbol.asyncDispose]()
    resolve()
  }
  return {
    host: plan.host,
    ports: {
      ...node.ports,
      ...(node.filesPort !== undefined && { files: node.filesPort }),
      ...(node.previewPort !== undefined && { preview: node.previewPort }),
    },
    pid: process.pid,
    ended,
    async loadDirectory() {
      if (await node.reloadDirectory()) return
      throw new DevnetError('node_failed', `${plan.name} refused the directory.`)
    },
    measureMoved: () => Promise.resolve(node.movedBytes),
    async drain() {
      node.drain()
    },
    stop,
    kill: stop,
    pause: () => Promise.reject(refusePause()),
    resume: () => Promise.reject(refusePause()),
    async impose(text) {
      chaos.impose(decodeConditions(text))
    },
  }
}

/** Nodes that share this process and its memory. */
export function createInProcessDriver(): NodeDriver {
  return { startNode: driveInProcess }
}
