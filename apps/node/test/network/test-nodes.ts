/**
 * Whole nodes in this process, on loopback, with free ports, temporary folders and one signed list: what the tests of
 * listeners, links and onion requests talk to.
 *
 * @module
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { deriveSigningKeyPair, type SigningKeyPair } from '@sotto/crypto/signing'
import {
  assignSwarms,
  createDirectory,
  encodeDirectoryList,
  type NodeRecord,
} from '@sotto/protocol/directory'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { parseConfig, type NodeConfig } from '../../src/config.ts'
import type { NodeEvents } from '../../src/events.ts'
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
  directoryRefused: () => undefined,
  notListed: () => undefined,
  strangerRefused: () => undefined,
  linkOpened: () => undefined,
  linkClosed: () => undefined,
  dialFailed: () => undefined,
  mistake: (error) => {
    throw error
  },
  stopping: () => undefined,
  stopped: () => undefined,
}

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
    SOTTO_DIRECTORY_FILE: join(folder, 'directory.json'),
    SOTTO_DIRECTORY_KEY: encodeHex(TEST_AUTHORITY.publicKey),
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

export function signTestList(nodes: readonly NodeRecord[], height = 1): string {
  return encodeDirectoryList(createDirectory(nodes, { height, issuedAt: 1 }), TEST_AUTHORITY)
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
  const swarms = assignSwarms(count)
  const records = started.map(({ node }, index) => describeNode(node, swarms[index] ?? 0n))
  const text = signTestList(records)
  for (const { node, config } of started) {
    await writeFile(config.directoryFile, text)
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
