/**
 * Puts a node together and takes it apart again: the composition root. The process around it is `main.ts`;
 * tests start several nodes in one process with the same function.
 *
 * @module
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import type { Clock } from '@sotto/protocol/clock'
import type { NodePorts } from '@sotto/protocol/directory'
import { EXPIRY_SWEEP_INTERVAL_MS } from '@sotto/protocol/rpc'
import type { NodeConfig } from './config.ts'
import { createConfiguredAuthorities } from './directory/configured-authorities.ts'
import { DirectoryKeeper } from './directory/directory-keeper.ts'
import { EpochFiles } from './directory/epoch-files.ts'
import { NetworkMembership } from './directory/join-network.ts'
import { watchDirectory } from './directory/watch-directory.ts'
import { createNodeEvents, type NodeEvents } from './events.ts'
import { type PeerNetwork, systemPeerNetwork } from './link/peer-network.ts'
import type { NodeBase } from './node-base.ts'
import { deriveNodeIdentity, type NodeIdentity } from './node-identity.ts'
import { createNodeListeners, leaveNetwork, listenAll } from './node-listeners.ts'
import type { RunningFiles } from './files/start-files.ts'
import { openNodeSeed } from './node-seed-file.ts'
import { createNodeServices, type NodeServices } from './node-services.ts'
import { startExpirySweep } from './store/expiry-sweep.ts'
import type { RunningPreview } from './preview/start-preview.ts'
import type { MessageStore } from './store/message-store.ts'
import type { RecordStore } from './store/record-store.ts'
import { SqliteMessageStore } from './store/sqlite-message-store.ts'
import { systemClock } from './system-clock.ts'
import { createLinkCredentials } from './tls/self-signed-certificate.ts'

export type { NodePorts }

export interface NodeOverrides {
  readonly clock?: Clock
  readonly events?: NodeEvents
  readonly network?: PeerNetwork
  /** Puts another store in front of the node's own; the node disposes of its own. */
  readonly wrapStore?: (store: MessageStore) => MessageStore
  /** The same for what is replicated. */
  readonly wrapRecords?: (records: RecordStore) => RecordStore
}

export interface RunningNode extends AsyncDisposable {
  readonly identity: NodeIdentity
  readonly ports: NodePorts
  /** Undefined for a node without operator API. */
  readonly operatorPort?: number
  /** Undefined for a node without the role `files`. */
  readonly filesPort?: number
  /** Undefined for a node without the role `preview`. */
  readonly previewPort?: number
  /** Bytes of records that replication has sent and received over links since the start. */
  readonly movedBytes: number
  /** Reads the directory file again. False while the node has no epoch document in force. */
  reloadDirectory(): Promise<boolean>
  /** Asks the network to let this node go; the node goes on until it is stopped. */
  drain(): void
}

const DATABASE_FILE = 'messages.sqlite'
const DIRECTORY_FOLDER = 'directory'
/** Whoever started the node may end it after ten seconds; goodbyes to other nodes need some of them. */
const DRAIN_MAX_MS = 5000

async function openBase(
  config: NodeConfig,
  overrides: NodeOverrides,
  resources: AsyncDisposableStack,
): Promise<NodeBase> {
  const { clock = systemClock, network = systemPeerNetwork } = overrides
  const { wrapStore, wrapRecords } = overrides
  const { events = createNodeEvents(config.logLevel) } = overrides
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 })
  const seed = config.nodeSeed ?? (await openNodeSeed(config.dataDirectory))
  const identity = deriveNodeIdentity(seed)
  const path = join(config.dataDirectory, DATABASE_FILE)
  const ownStore = resources.use(
    new SqliteMessageStore({ path, sizeMaxBytes: config.databaseMaxBytes }),
  )
  const authorities = createConfiguredAuthorities(config)
  return {
    config,
    identity,
    clock,
    randomness: systemRandomness,
    events,
    network,
    store: wrapStore?.(ownStore) ?? ownStore,
    records: wrapRecords?.(ownStore.records) ?? ownStore.records,
    keeper: resources.use(new DirectoryKeeper({ network: config.networkId, authorities, clock })),
    files: await EpochFiles.open(
      join(config.dataDirectory, `${DIRECTORY_FOLDER}-${encodeHex(config.networkId)}`),
    ),
    certificate: createLinkCredentials(identity.signing, systemRandomness),
  }
}

/** Resolves when every listener is up. The node serves once it has a directory that lists it. */
export async function startNode(
  config: NodeConfig,
  overrides: NodeOverrides = {},
): Promise<RunningNode> {
  await using resources = new AsyncDisposableStack()
  // Disposed of last to first: clients, links, sweep, and the store when nobody can write any more.
  const base = await openBase(config, overrides, resources)
  const { identity, clock, events, store } = base
  resources.use(startExpirySweep({ store, clock, intervalMs: EXPIRY_SWEEP_INTERVAL_MS }))
  const services = await createNodeServices(base)
  resources.defer(() => services.links.end())
  const listeners = createNodeListeners(base, services)
  resources.defer(() => leaveNetwork(listeners, services, { clock, timeoutMs: DRAIN_MAX_MS }))
  const ports = await listenAll(listeners, config)
  events.listening(ports)
  resources.defer(watchDirectory(base, services.links))
  await loadNewest(base)
  await loadFile(base)
  resources.use(services.sync).start()
  resources.use(services.replication).start()
  resources.use(services.health).start()
  const membership = resources.use(new NetworkMembership({ base, sync: services.sync, ports }))
  services.standing.isDraining = () => membership.isLeaving
  membership.start()
  if (services.authority !== undefined) resources.use(services.authority).start()
  const preview = await openPreview(base, resources)
  const fileRole = await openFiles(base, resources)
  const filesPort = fileRole?.port
  const sources = { base, services, membership, ports, preview, fileRole }
  const operatorPort = await openOperator(sources, resources)
  const owned = resources.move()
  return {
    identity,
    ports,
    ...(operatorPort === undefined ? {} : { operatorPort }),
    ...(filesPort === undefined ? {} : { filesPort }),
    ...(preview === undefined ? {} : { previewPort: preview.port }),
    get movedBytes() {
      return services.replication.movedBytes
    },
    async reloadDirectory() {
      const isInForce = await loadFile(base)
      if (isInForce) events.directoryReread()
      return isInForce
    },
    drain: () => membership.leave(),
    async [Symbol.asyncDispose]() {
      events.stopping()
      await owned.disposeAsync()
      events.stopped()
    },
  }
}

interface OperatorSources {
  readonly base: NodeBase
  readonly services: NodeServices
  readonly membership: NetworkMembership
  readonly ports: NodePorts
  readonly preview: RunningPreview | undefined
  readonly fileRole: RunningFiles | undefined
}

/** Gives the port, if the node is to have the API; nothing of it is loaded otherwise. */
async function openOperator(
  { base, services, membership, ports, preview, fileRole }: OperatorSources,
  resources: AsyncDisposableStack,
): Promise<number | undefined> {
  const { operatorPort } = base.config
  if (operatorPort === undefined) return undefined
  const { startOperator } = await import('./operator/start-operator.ts')
  const { health, replication } = services
  const startedAt = Math.round(base.clock.now())
  const roles = { fileRole, ...(preview && { previews: preview.tally }) }
  const parts = { base, health, replication, membership, ports, startedAt, ...roles }
  return resources.use(await startOperator(operatorPort, parts, base.randomness)).port
}

/** The same for the role `files`. */
async function openFiles(
  base: NodeBase,
  resources: AsyncDisposableStack,
): Promise<RunningFiles | undefined> {
  const { filesPort } = base.config
  if (filesPort === undefined) return undefined
  const { startFiles } = await import('./files/start-files.ts')
  return resources.use(await startFiles(filesPort, base))
}

/** The same for the role `preview`. */
async function openPreview(
  base: NodeBase,
  resources: AsyncDisposableStack,
): Promise<RunningPreview | undefined> {
  const { previewPort } = base.config
  if (previewPort === undefined) return undefined
  const { startPreview } = await import('./preview/start-preview.ts')
  return resources.use(await startPreview(previewPort, base))
}

/** What the node held when it stopped. It may be too old to serve clients by, and is good enough to find the others. */
async function loadNewest({ files, keeper }: NodeBase): Promise<void> {
  const newest = files.epochs.at(-1)
  const bytes = newest === undefined ? undefined : await files.read(newest)
  if (bytes !== undefined) keeper.restore(bytes)
}

async function loadFile({ config, keeper, events }: NodeBase): Promise<boolean> {
  const { directoryFile } = config
  if (directoryFile === undefined) return false
  const bytes = await readFile(directoryFile).catch(() => undefined)
  if (bytes === undefined) return false
  const place = keeper.accept(bytes)
  if (!place.ok) events.directoryRefused(place.error.code)
  return keeper.current !== undefined
}
