/**
 * Runs each node in a container of its own, all on one container network.
 *
 * A container has no IPC channel, so the driver hears in the node's log that it started and that it loaded the
 * directory, and tells it to load it with SIGHUP. Nodes are addressed by the containers' own addresses: those are what
 * the directory must list for the nodes to reach each other, and on Linux the host can reach them too.
 *
 * @module
 */

import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import type { DrivenNode, NodeDriver, NodePlan } from '@sotto/devnet/node-driver'
import { writeNodeEnvironment } from '@sotto/devnet/node-environment'
import { PullPolicy, type StartedTestContainer, Wait } from 'testcontainers'
import { connectContainerEngine } from './container-engine.ts'
import { AddressedContainer, createContainerNetwork } from './container-network.ts'

/** The same in every container, because each has an address of its own. */
const PORTS = { https: 22_021, web: 22_022, peer: 22_023 }
const DATA_DIRECTORY = '/data'
const DIRECTORY_FILE = `${DATA_DIRECTORY}/directory.json`
const LISTENING_LINE = /"event":"listening"/u
const READY_LINE = /"event":"ready"/u
const STOP_DEADLINE_MS = 10_000

// In a container every path, port and the host to bind are the same; the directory names the container's address.
function writeEnvironment(plan: NodePlan): Record<string, string> {
  return writeNodeEnvironment({
    ...plan,
    host: '0.0.0.0',
    ports: PORTS,
    dataDirectory: DATA_DIRECTORY,
    directoryFile: DIRECTORY_FILE,
  })
}

async function awaitLine(stream: Readable, pattern: RegExp): Promise<void> {
  for await (const line of createInterface({ input: stream })) {
    if (pattern.test(line)) return
  }
  throw new Error(`the node's log ended before ${pattern.source}`)
}

async function driveContainer(container: StartedTestContainer, host: string): Promise<DrivenNode> {
  const client = await connectContainerEngine()
  const engineContainer = client.container.getById(container.getId())
  const ended = engineContainer.wait().then(
    () => undefined,
    () => undefined,
  )
  return {
    host,
    ports: PORTS,
    pid: undefined,
    ended,
    async loadDirectory(text) {
      const ready = awaitLine(await container.logs(), READY_LINE)
      await container.copyContentToContainer([{ content: text, target: DIRECTORY_FILE }])
      await engineContainer.kill({ signal: 'SIGHUP' })
      await ready
    },
    async stop() {
      await container.stop({ timeout: STOP_DEADLINE_MS })
      await ended
    },
    async kill() {
      await engineContainer.kill({ signal: 'SIGKILL' })
      await ended
    },
  }
}

export interface ContainerDriver extends NodeDriver, AsyncDisposable {}

/** Nodes in containers of this image, on a network that goes with the driver. */
export async function createContainerDriver(image: string): Promise<ContainerDriver> {
  const network = await createContainerNetwork()
  const created: StartedTestContainer[] = []
  const names: string[] = []
  return {
    async startNode(plan) {
      if (names.includes(plan.name)) throw new Error(`${plan.name} cannot be started twice`)
      const host = network.addressOf(names.push(plan.name))
      const container = await new AddressedContainer(image)
        .withPullPolicy(PullPolicy.neverPull())
        .withAddress(network, host)
        .withEnvironment(writeEnvironment(plan))
        .withWaitStrategy(Wait.forLogMessage(LISTENING_LINE))
        .start()
      created.push(container)
      return driveContainer(container, host)
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(created.map((container) => container.stop()))
      await network[Symbol.asyncDispose]()
    },
  }
}
