/**
 * Runs each node in a container of its own, all on one container network.
 *
 * A container has no IPC channel, so the driver hears in the node's log that it started, that it loaded the directory and
 * that its conditions changed, and tells it so with SIGHUP and SIGUSR2. Nodes are addressed by the containers' own addresses: those are what
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
import type { NodeImage } from './node-image.ts'

/** The same in every container, because each has an address of its own. */
const PORTS = { https: 22_021, web: 22_022, peer: 22_023 }
const DATA_DIRECTORY = '/data'
const DIRECTORY_FILE = `${DATA_DIRECTORY}/epoch.bin`
const CONDITIONS_FILE = `${DATA_DIRECTORY}/conditions.json`
const LISTENING_LINE = /"event":"listening"/u
const REREAD_LINE = /"event":"directory_reread"/u
const CONDITIONS_LINE = /"event":"conditions_changed"/u
const STOP_DEADLINE_MS = 10_000

// In a container every path, port and the host to bind are the same; the directory names the container's address.
function writeEnvironment(plan: NodePlan, address: string): Record<string, string> {
  return writeNodeEnvironment({
    ...plan,
    settings: { ...plan.settings, SOTTO_PUBLIC_HOST: address },
    host: '0.0.0.0',
    ports: PORTS,
    dataDirectory: DATA_DIRECTORY,
    directoryFile: DIRECTORY_FILE,
    conditionsFile: CONDITIONS_FILE,
  })
}

async function awaitLine(stream: Readable, pattern: RegExp): Promise<void> {
  for await (const line of createInterface({ input: stream })) {
    if (pattern.test(line)) return
  }
  throw new Error(`the node's log ended before ${pattern.source}`)
}

interface Telling {
  readonly content: string | Buffer
  readonly target: string
  readonly signal: string
  readonly answer: RegExp
}

async function driveContainer(
  container: StartedTestContainer,
  host: string,
  isBreakable: boolean,
): Promise<DrivenNode> {
  const client = await connectContainerEngine()
  const engineContainer = client.container.getById(container.getId())
  const ended = engineContainer.wait().then(
    () => undefined,
    () => undefined,
  )
  // Only what the node says from now on: it said the same before, of what it read then.
  const tell = async ({ content, target, signal, answer }: Telling): Promise<void> => {
    const answered = awaitLine(await container.logs({ tail: 0 }), answer)
    await container.copyContentToContainer([{ content, target }])
    await engineContainer.kill({ signal })
    await answered
  }
  return {
    host,
    ports: PORTS,
    pid: undefined,
    ended,
    loadDirectory: (document) =>
      tell({
        content: Buffer.from(document),
        target: DIRECTORY_FILE,
        signal: 'SIGHUP',
        answer: REREAD_LINE,
      }),
    // There is no channel into a container for this; it is stopped instead.
    drain: () => Promise.resolve(),
    async impose(content) {
      if (!isBreakable) throw new Error('the image has the production program')
      const signal = 'SIGUSR2'
      await tell({ content, target: CONDITIONS_FILE, signal, answer: CONDITIONS_LINE })
    },
    async pause() {
      await engineContainer.pause()
    },
    async resume() {
      await engineContainer.unpause()
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
export async function createContainerDriver(image: NodeImage): Promise<ContainerDriver> {
  const network = await createContainerNetwork()
  const created: StartedTestContainer[] = []
  const names: string[] = []
  return {
    async startNode(plan) {
      if (names.includes(plan.name)) throw new Error(`${plan.name} cannot be started twice`)
      const host = network.addressOf(names.push(plan.name))
      const container = await new AddressedContainer(image.name)
        .withPullPolicy(PullPolicy.neverPull())
        .withAddress(network, host)
        .withEnvironment(writeEnvironment(plan, host))
        .withCopyFilesToContainer([{ source: plan.conditionsFile, target: CONDITIONS_FILE }])
        .withWaitStrategy(Wait.forLogMessage(LISTENING_LINE))
        .start()
      created.push(container)
      return driveContainer(container, host, image.program === 'chaotic')
    },
    async [Symbol.asyncDispose]() {
      await Promise.allSettled(created.map((container) => container.stop()))
      await network[Symbol.asyncDispose]()
    },
  }
}
