/**
 * Some nodes of a simulated network in this process: their programs, databases and TLS connections over loopback, with one
 * clock that is simulated and one network that counts. What is not real: they share a heap, and nobody's messages get lost.
 *
 * @module
 */
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { parseConfig } from '@sotto/node/config'
import type { NewMessage } from '@sotto/node/message-store'
import { type NodeOverrides, type RunningNode, startNode } from '@sotto/node/start'
import { CountedNetwork } from './counted-network.ts'
import {
  deriveSeed,
  listAuthorities,
  NETWORK_ID,
  type NetworkPlan,
  type SwarmPart,
} from './network-plan.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { fillDatabase } from './stored-messages.ts'

export interface PartOptions {
  readonly plan: NetworkPlan
  /** Of the plan's nodes, the first and the one behind the last. */
  readonly range: readonly [from: number, to: number]
  readonly nowMs: number
  /** What a node of this swarm has in its database when it starts. */
  readonly fill: (swarm: SwarmPart, nowMs: number) => readonly NewMessage[]
  /** On a disk; in memory when left out. */
  readonly isOnDisk?: boolean
  readonly override?: (index: number, nowMs: number) => NodeOverrides
  /** For parts of several networks in one process: one clock, and one count. New ones when left out. */
  readonly clock?: SimulatedClock
  readonly network?: CountedNetwork
}

export interface SimulatedPart extends AsyncDisposable {
  readonly clock: SimulatedClock
  readonly network: CountedNetwork
  readonly nodes: readonly RunningNode[]
  /** Resolves when all nodes have the network's first document. */
  begin(document: Uint8Array): Promise<void>
}

const DATABASE_FILE = 'messages.sqlite'
const MEMORY_FOLDER = '/dev/shm'
const DATABASE_BYTES_MAX = 1024 ** 3

interface Planned {
  readonly index: number
  readonly folder: string
  readonly directoryFile: string
  readonly plan: NetworkPlan
  readonly overrides: NodeOverrides
}

async function startPlanned(planned: Planned): Promise<RunningNode> {
  const { index, folder, directoryFile, plan, overrides } = planned
  const { authorities, votes } = plan.shape
  const config = parseConfig({
    SOTTO_DATA_DIR: folder,
    SOTTO_HTTPS_PORT: '0',
    SOTTO_WEB_PORT: '0',
    SOTTO_PEER_PORT: '0',
    SOTTO_NETWORK_ID: encodeHex(NETWORK_ID),
    SOTTO_DIRECTORY_FILE: directoryFile,
    SOTTO_DIRECTORY_KEYS: listAuthorities(authorities)
      .map(({ publicKey }) => encodeHex(publicKey))
      .join(','),
    SOTTO_NODE_SEED: encodeHex(deriveSeed(`node ${index}`)),
    SOTTO_NODE_NAME: `node-${index}`,
    SOTTO_LOG_LEVEL: 'silent',
    SOTTO_DATABASE_MAX_BYTES: String(DATABASE_BYTES_MAX),
    // All clients and nodes have one address.
    SOTTO_RATE_LIMIT_BURST: '1000000',
    SOTTO_RATE_LIMIT_PER_SECOND: '1000000',
    ...(votes && index < authorities
      ? { SOTTO_AUTHORITY_SEED: encodeHex(deriveSeed(`authority ${index}`)) }
      : {}),
  })
  if (!config.ok) throw new Error(config.error)
  return startNode(config.value, overrides)
}

/** The folder goes with the nodes. */
export async function startPart(options: PartOptions): Promise<SimulatedPart> {
  const { plan, range, nowMs, fill, override } = options
  await using resources = new AsyncDisposableStack()
  const isOnDisk = options.isOnDisk === true || !existsSync(MEMORY_FOLDER)
  const base = isOnDisk ? tmpdir() : MEMORY_FOLDER
  const folder = await mkdtemp(join(base, 'sotto-simulation-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  const directoryFile = join(folder, 'directory.bin')
  const { clock = new SimulatedClock(nowMs), network = new CountedNetwork() } = options
  const nodes: RunningNode[] = []
  resources.defer(async () => {
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
  })
  for (let index = range[0]; index < range[1]; index += 1) {
    const own = join(folder, `node-${index}`)
    await mkdir(own)
    await fillDatabase(join(own, DATABASE_FILE), fill(plan.swarmOf(index), nowMs))
    const overrides = { clock, network, ...override?.(index, nowMs) }
    nodes.push(await startPlanned({ index, folder: own, directoryFile, plan, overrides }))
  }
  const owned = resources.move()
  return {
    clock,
    network,
    nodes,
    async begin(document) {
      await writeFile(directoryFile, document)
      for (const node of nodes) {
        if (!(await node.reloadDirectory())) throw new Error('a node refused the first document')
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
