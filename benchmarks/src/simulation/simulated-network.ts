/**
 * Many real nodes in this process: their programs, databases and TLS connections over loopback, with one clock that is
 * simulated and one network that counts. What is not real: they share a heap, and nobody's messages get lost.
 *
 * @module
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createHash } from 'node:crypto'
import { encodeHex } from '@sotto/crypto/bytes'
import { type SigningKeyPair, deriveSigningKeyPair } from '@sotto/crypto/signing'
import { parseConfig } from '@sotto/node/config'
import { deriveNodeIdentity } from '@sotto/node/identity'
import type { NewMessage } from '@sotto/node/message-store'
import { type NodeOverrides, type RunningNode, startNode } from '@sotto/node/start'
import {
  type AccountBytes,
  assignSwarms,
  computeSwarmSpace,
  findSwarm,
  type SwarmAssignment,
} from '@sotto/protocol/swarm'
import { CountedNetwork } from './counted-network.ts'
import { createFoundingDocument } from './founding-document.ts'
import { SimulatedClock } from './simulated-clock.ts'
import { fillDatabase } from './stored-messages.ts'

export interface SimulationOptions {
  readonly nodes: number
  /** Keys that sign documents; the first nodes hold them when `votes`. */
  readonly authorities: number
  /** Whether authorities are at work; without them the first document stays. */
  readonly votes: boolean
  readonly epochMs: number
  /** What a node of this swarm has in its database when it starts. */
  readonly fill: (swarm: SwarmPart, nowMs: number) => readonly NewMessage[]
  /** On a disk; in memory when left out. */
  readonly isOnDisk?: boolean
  readonly override?: (index: number, nowMs: number) => NodeOverrides
}

export interface SwarmPart {
  readonly id: bigint
  readonly keeps: (account: AccountBytes) => boolean
}

export interface Simulation extends AsyncDisposable {
  readonly clock: SimulatedClock
  readonly network: CountedNetwork
  readonly nodes: readonly RunningNode[]
  readonly documentBytes: number
}

const NETWORK_ID = new Uint8Array(16).fill(7)
const DATABASE_FILE = 'messages.sqlite'
const MEMORY_FOLDER = '/dev/shm'
const DATABASE_BYTES_MAX = 1024 ** 3

function deriveSeed(name: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(name).digest())
}

function listAuthorities(count: number): readonly SigningKeyPair[] {
  return Array.from({ length: count }, (_, index) =>
    deriveSigningKeyPair(deriveSeed(`authority ${index}`)),
  )
}

interface Plan {
  readonly index: number
  readonly folder: string
  readonly directoryFile: string
  readonly options: SimulationOptions
  readonly overrides: NodeOverrides
}

async function startPlanned(plan: Plan): Promise<RunningNode> {
  const { index, folder, directoryFile, options, overrides } = plan
  const config = parseConfig({
    SOTTO_DATA_DIR: folder,
    SOTTO_HTTPS_PORT: '0',
    SOTTO_WEB_PORT: '0',
    SOTTO_PEER_PORT: '0',
    SOTTO_NETWORK_ID: encodeHex(NETWORK_ID),
    SOTTO_DIRECTORY_FILE: directoryFile,
    SOTTO_DIRECTORY_KEYS: listAuthorities(options.authorities)
      .map(({ publicKey }) => encodeHex(publicKey))
      .join(','),
    SOTTO_NODE_SEED: encodeHex(deriveSeed(`node ${index}`)),
    SOTTO_NODE_NAME: `node-${index}`,
    SOTTO_LOG_LEVEL: 'silent',
    SOTTO_DATABASE_MAX_BYTES: String(DATABASE_BYTES_MAX),
    // All clients and nodes of this process have one address.
    SOTTO_RATE_LIMIT_BURST: '1000000',
    SOTTO_RATE_LIMIT_PER_SECOND: '1000000',
    ...(options.votes && index < options.authorities
      ? { SOTTO_AUTHORITY_SEED: encodeHex(deriveSeed(`authority ${index}`)) }
      : {}),
  })
  if (!config.ok) throw new Error(config.error)
  return startNode(config.value, overrides)
}

function describePart(swarms: SwarmAssignment, id: bigint): SwarmPart {
  const ids = [...new Set(swarms.values())].toSorted((a, b) => (a < b ? -1 : Number(a > b)))
  return { id, keeps: (account) => findSwarm(ids, computeSwarmSpace(account)) === id }
}

function assignNodes(nodes: number): { swarms: SwarmAssignment; keys: readonly string[] } {
  const keys = Array.from({ length: nodes }, (_, index) =>
    encodeHex(deriveNodeIdentity(deriveSeed(`node ${index}`)).signing.publicKey),
  )
  return { keys, swarms: assignSwarms(new Map(), keys, new Uint8Array(32)) }
}

/** Resolves when all nodes have the first document. The folder goes with the network. */
export async function startSimulation(options: SimulationOptions): Promise<Simulation> {
  await using resources = new AsyncDisposableStack()
  const isOnDisk = options.isOnDisk === true || !existsSync(MEMORY_FOLDER)
  const base = isOnDisk ? tmpdir() : MEMORY_FOLDER
  const folder = await mkdtemp(join(base, 'sotto-simulation-'))
  resources.defer(() => rm(folder, { recursive: true, force: true }))
  const directoryFile = join(folder, 'directory.bin')
  const clock = new SimulatedClock(Date.now())
  const network = new CountedNetwork()
  const { swarms, keys } = assignNodes(options.nodes)
  const nodes: RunningNode[] = []
  resources.defer(async () => {
    await Promise.all(nodes.map((node) => node[Symbol.asyncDispose]()))
  })
  for (const [index, key] of keys.entries()) {
    const own = join(folder, `node-${index}`)
    await mkdir(own)
    const part = describePart(swarms, swarms.get(key) ?? 0n)
    await fillDatabase(join(own, DATABASE_FILE), options.fill(part, clock.now()))
    const overrides = { clock, network, ...options.override?.(index, clock.now()) }
    nodes.push(await startPlanned({ index, folder: own, directoryFile, options, overrides }))
  }
  const authorities = listAuthorities(options.authorities)
  const { epochMs } = options
  const startsAt = clock.now()
  const founding = { network: NETWORK_ID, startsAt, epochMs, authorities, nodes, swarms }
  const document = createFoundingDocument({ ...founding, votes: options.votes })
  await writeFile(directoryFile, document)
  for (const node of nodes) {
    if (!(await node.reloadDirectory())) throw new Error('a node refused the first document')
  }
  const owned = resources.move()
  return {
    clock,
    network,
    nodes,
    documentBytes: document.length,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
