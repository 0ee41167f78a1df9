/**
 * Runs each node in a container of its own, all on one container network.
 *
 * A container has no IPC channel, so the driver hears in the node's log that it started, that it loaded the directory and
 * that its conditions changed, and tells it so with SIGHUP and SIGUSR2. Nodes are addressed by the containers' own addresses: those are what
 * the directory must list for the nodes to reach each other, and on Linux the host can reach them too.
 *
 * @module
 */

import { setTimeout as delay } from 'node:timers/promises'
import type { DrivenNode, NodeDriver, NodePlan } from '@sotto/devnet/node-driver'
import { writeNodeEnvironment } from '@sotto/devnet/node-environment'
import {
  type ContainerRuntimeClient,
  PullPolicy,
  type StartedTestContainer,
  Wait,
} from 'testcontainers'
import { connectContainerEngine } from './container-engine.ts'
import {
  AddressedContainer,
  type ContainerNetwork,
  createContainerNetwork,
} from './container-network.ts'
import type { NodeImage } from './node-image.ts'

/** The same in every container, because each has an address of its own. */
const PORTS = { https: 22_021, web: 22_022, peer: 22_023 }
const DATA_DIRECTORY = '/data'
const DIRECTORY_FILE = `${DATA_DIRECTORY}/epoch.bin`
const CONDITIONS_FILE = `${DATA_DIRECTORY}/conditions.json`
const LISTENING_LINE = /"event":"listening"/u
const LISTENING_LINES = /"event":"listening"/gu
const REREAD_LINES = /"event":"directory_reread"/gu
const CONDITIONS_LINES = /"event":"conditions_changed"/gu
const STOP_DEADLINE_SECONDS = 10
const ANSWER_DEADLINE_MS = 60_000
const ASK_AGAIN_MS = 100

type EngineContainer = ReturnType<ContainerRuntimeClient['container']['getById']>

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

async function countLines(container: EngineContainer, pattern: RegExp): Promise<number> {
  const log = await container.logs({ follow: false, stdout: true, stderr: true })
  return log.toString('latin1').match(pattern)?.length ?? 0
}

/** Asks again and again: an engine that follows a log may lose it when the container starts again. */
async function awaitLines(
  container: EngineContainer,
  pattern: RegExp,
  times: number,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < ANSWER_DEADLINE_MS; waitedMs += ASK_AGAIN_MS) {
    if ((await countLines(container, pattern)) >= times) return
    await delay(ASK_AGAIN_MS)
  }
  throw new Error(`the node did not log ${pattern.source} in time`)
}

interface Telling {
  readonly content: string | Buffer
  readonly target: string
  readonly signal: string
  readonly answer: RegExp
}

/** What `pause` does to a node: freeze its container, or pull the cable of its network. */
export type PauseBy = 'freezer' | 'cable'

interface NodeContainer {
  readonly container: StartedTestContainer
  readonly host: string
  /** How often its node was started; the log tells of all of them. */
  starts: number
}

interface Surroundings {
  readonly network: ContainerNetwork
  readonly isBreakable: boolean
  readonly pauseBy: PauseBy
}

async function driveContainer(
  { container, host }: NodeContainer,
  { network, isBreakable, pauseBy }: Surroundings,
): Promise<DrivenNode> {
  const client = await connectContainerEngine()
  const engineContainer = client.container.getById(container.getId())
  const ended = engineContainer.wait().then(
    () => undefined,
    () => undefined,
  )
  // Only what the node says from now on: it said the same before, of what it read then.
  const tell = async ({ content, target, signal, answer }: Telling): Promise<void> => {
    const before = await countLines(engineContainer, answer)
    await container.copyContentToContainer([{ content, target }])
    await engineContainer.kill({ signal })
    await awaitLines(engineContainer, answer, before + 1)
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
        answer: REREAD_LINES,
      }),
    // There is no channel into a container for this; it is stopped instead.
    drain: () => Promise.resolve(),
    async impose(content) {
      if (!isBreakable) throw new Error('the image has the production program')
      const signal = 'SIGUSR2'
      await tell({ content, target: CONDITIONS_FILE, signal, answer: CONDITIONS_LINES })
    },
    async pause() {
      if (pauseBy === 'cable') await network.disconnect(container.getId())
      else await engineContainer.pause()
    },
    async resume() {
      if (pauseBy === 'cable') await network.connect(container.getId(), host)
      else await engineContainer.unpause()
    },
    async stop() {
      // It may be started again, with what it has on its disk.
      // By the engine itself: the library stops a container once, and this one may have been started again.
      await engineContainer.stop({ t: STOP_DEADLINE_SECONDS })
      await ended
    },
    async kill() {
      await engineContainer.kill({ signal: 'SIGKILL' })
      await ended
    },
  }
}

/** Starts a container that ran before; resolves when its node listens again. */
async function startAgain(node: NodeContainer, plan: NodePlan): Promise<void> {
  const { container } = node
  const client = await connectContainerEngine()
  await container.copyFilesToContainer([{ source: plan.conditionsFile, target: CONDITIONS_FILE }])
  const engineContainer = client.container.getById(container.getId())
  await engineContainer.start()
  node.starts += 1
  await awaitLines(engineContainer, LISTENING_LINES, node.starts)
}

export interface ContainerDriver extends NodeDriver, AsyncDisposable {}

/** Nodes in containers of this image, on a network that goes with the driver. */
export async function createContainerDriver(
  image: NodeImage,
  { pauseBy = 'freezer' }: { readonly pauseBy?: PauseBy } = {},
): Promise<ContainerDriver> {
  const network = await createContainerNetwork()
  const nodes = new Map<string, NodeContainer>()
  let lastNumber = 0
  const surroundings = { network, isBreakable: image.program === 'chaotic', pauseBy }

  async function startFirst(plan: NodePlan): Promise<NodeContainer> {
    const host = network.addressOf(++lastNumber)
    const container = await new AddressedContainer(image.name)
      .withPullPolicy(PullPolicy.neverPull())
      .withAddress(network, host)
      .withEnvironment(writeEnvironment(plan, host))
      .withCopyFilesToContainer([{ source: plan.conditionsFile, target: CONDITIONS_FILE }])
      .withWaitStrategy(Wait.forLogMessage(LISTENING_LINE))
      .start()
    const node = { container, host, starts: 1 }
    nodes.set(plan.name, node)
    return node
  }

  return {
    async startNode(plan) {
      const known = nodes.get(plan.name)
      if (known !== undefined) await startAgain(known, plan)
      return driveContainer(known ?? (await startFirst(plan)), surroundings)
    },
    async [Symbol.asyncDispose]() {
      const client = await connectContainerEngine()
      const ids = [...nodes.values()].map(({ container }) => container.getId())
      // By force: whatever state a scenario left them in, frozen or without a network.
      await Promise.allSettled(
        ids.map((id) => client.container.getById(id).remove({ force: true, v: true })),
      )
      await network[Symbol.asyncDispose]()
    },
  }
}
