/**
 * Whole nodes in this process, on loopback, with free ports, temporary folders and one epoch document: what the tests of
 * listeners, links and onion requests talk to.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { deriveSigningKeyPair, type SigningKeyPair } from '@sotto/crypto/signing'
import { createFirstEpoch } from '@sotto/protocol/authority'
import {
  createEpochDocument,
  encodeEpochContent,
  encodeEpochDocument,
  EPOCH_MS_DEFAULT,
  type NodeRecord,
  signEpoch,
} from '@sotto/protocol/directory'
import { INVALID_SWARM_ID, assignSwarms } from '@sotto/protocol/swarm'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { parseConfig, type NodeConfig } from '../../src/config.ts'
import type { NodeEvents } from '../../src/events.ts'
import { SOFTWARE_VERSION } from '../../src/software-version.ts'
import { startNode, type NodeOverrides, type RunningNode } from '../../src/start-node.ts'

export interface TestNode extends AsyncDisposable {
  readonly node: RunningNode
  readonly config: NodeConfig
  readonly record: NodeRecord
  /** The base of plain requests. */
  readonly webUrl: string
}

export interface TestNodes extends AsyncDisposable {
  readonly nodes: readonly TestNode[]
  at(index: number): TestNode
}

export interface TestNodesOptions {
  readonly count?: number
  /** `SOTTO_*` variables that differ from the defaults. */
  readonly settings?: Readonly<Record<string, string>>
  readonly overrides?: NodeOverrides
}

export const SILENT_EVENTS: NodeEvents = {
  listening: () => undefined,
  ready: () => undefined,
  directoryLoaded: () => undefined,
  directoryReread: () => undefined,
  directoryRefused: () => undefined,
  notListed: () => undefined,
  strangerRefused: () => undefined,
  linkOpened: () => undefined,
  linkClosed: () => undefined,
  dialFailed: () => undefined,
  caughtUp: () => undefined,
  recordsRepaired: () => undefined,
  recordsHandedOver: () => undefined,
  epochDecided: () => undefined,
  epochSkipped: () => undefined,
  authorityLied: () => undefined,
  mistake: (error) => {
    throw error
  },
  stopping: () => undefined,
  stopped: () => undefined,
}

const NETWORK_ID_BYTES = 16
export const TEST_NETWORK_ID: Uint8Array = new Uint8Array(NETWORK_ID_BYTES).fill(7)

export const TEST_AUTHORITY: SigningKeyPair = deriveSigningKeyPair(
  createSeededRandomness('test authority').bytes(32),
)

/** A folder that goes with the test. */
export async function createTestFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'sotto-node-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

export function createTestEnvironment(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return {
    SOTTO_DATA_DIR: folder,
    SOTTO_HTTPS_PORT: '0',
    SOTTO_WEB_PORT: '0',
    SOTTO_PEER_PORT: '0',
    SOTTO_NETWORK_ID: encodeHex(TEST_NETWORK_ID),
    SOTTO_DIRECTORY_FILE: join(folder, 'epoch.bin'),
    SOTTO_DIRECTORY_KEYS: encodeHex(TEST_AUTHORITY.publicKey),
    ...settings,
  }
}

export function createTestConfig(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): NodeConfig {
  const config = parseConfig(createTestEnvironment(folder, settings))
  if (!config.ok) throw new Error(config.error)
  return config.value
}

export function describeNode(node: RunningNode, swarm: bigint): NodeRecord {
  return {
    ed25519: node.identity.signing.publicKey,
    x25519: node.identity.agreement.publicKey,
    legacy: node.identity.legacy.publicKey,
    host: '127.0.0.1',
    ports: node.ports,
    roles: ['storage'],
    swarm,
  }
}

export interface TestEpochOptions {
  readonly epoch?: number
  /** Before now, so that the epoch has begun. */
  readonly startsAt?: number
  readonly epochMs?: number
}

/** The document of an epoch in which these nodes are active, as the authority of tests signs it. */
export function signTestEpoch(
  nodes: readonly NodeRecord[],
  { epoch = 0, startsAt = Date.now(), epochMs = EPOCH_MS_DEFAULT }: TestEpochOptions = {},
): Uint8Array {
  const described = nodes.map((node) => ({
    ...node,
    software: SOFTWARE_VERSION,
    describedAt: startsAt,
  }))
  const first = createFirstEpoch({ network: TEST_NETWORK_ID, startsAt, epochMs, nodes: described })
  const content = { ...first, epoch }
  const signature = signEpoch(encodeEpochContent(content), TEST_AUTHORITY)
  return encodeEpochDocument(createEpochDocument(content, [signature]))
}

/** All are ready: each has the list with all of them. */
export async function startTestNodes(options: TestNodesOptions = {}): Promise<TestNodes> {
  const { count = 1, settings = {}, overrides = {} } = options
  await using resources = new AsyncDisposableStack()
  const folder = resources.use(await createTestFolder())
  const started: { readonly node: RunningNode; readonly config: NodeConfig }[] = []
  for (let index = 0; index < count; index += 1) {
    const config = createTestConfig(join(folder.path, String(index)), settings)
    const node = resources.use(await startNode(config, { events: SILENT_EVENTS, ...overrides }))
    started.push({ node, config })
  }
  const ids = started.map(({ node }) => encodeHex(node.identity.signing.publicKey))
  const swarms = assignSwarms(new Map(), ids, new Uint8Array(32))
  const records = started.map(({ node }, index) =>
    describeNode(node, swarms.get(ids[index] ?? '') ?? INVALID_SWARM_ID),
  )
  const document = signTestEpoch(records)
  for (const { node, config } of started) {
    await writeFile(config.directoryFile ?? '', document)
    if (!(await node.reloadDirectory())) throw new Error('a node refused its directory')
  }
  const nodes = started.map(({ node, config }, index) =>
    createTestNode(node, config, records[index]),
  )
  const owned = resources.move()
  return {
    nodes,
    at: (index) => {
      const found = nodes[index]
      if (found === undefined) throw new RangeError('no such node')
      return found
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function createTestNode(
  node: RunningNode,
  config: NodeConfig,
  record: NodeRecord | undefined,
): TestNode {
  if (record === undefined) throw new RangeError('a node without record')
  return {
    node,
    config,
    record,
    webUrl: `http://127.0.0.1:${node.ports.web}`,
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  }
}
