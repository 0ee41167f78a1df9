/**
 * Puts a node together and takes it apart again: the composition root. The process around it is `main.ts`;
 * tests start several nodes in one process with the same function.
 *
 * @module
 */
import { once } from 'node:events'
import { mkdir } from 'node:fs/promises'
import type { Server } from 'node:net'
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { systemRandomness } from '@sotto/crypto/randomness'
import type { Clock } from '@sotto/protocol/clock'
import { EXPIRY_SWEEP_INTERVAL_MS, HARD_FORK } from '@sotto/protocol/rpc'
import type { NodeConfig } from './config.ts'
import { NodeDirectory } from './directory/node-directory.ts'
import { createNodeEvents, type NodeEvents } from './events.ts'
import { createLinkAnswer } from './link/link-answer.ts'
import { createPeerListener } from './link/peer-listener.ts'
import { PeerLinks } from './link/peer-links.ts'
import { createHttpsListener } from './listener/https-listener.ts'
import { ConnectionLimit } from './listener/connection-limit.ts'
import { RateLimit } from './listener/rate-limit.ts'
import { createRoutes } from './listener/routes.ts'
import { createWebLinks, type WebLinks } from './listener/web-links.ts'
import { CORS_HEADERS, createWebListener } from './listener/web-listener.ts'
import { closeServer } from './listener/close-server.ts'
import { deriveNodeIdentity, type NodeIdentity } from './node-identity.ts'
import { openNodeSeed } from './node-seed-file.ts'
import { createHostPolicy } from './onion/host-policy.ts'
import { createOnionService, type OnionService } from './onion/onion-service.ts'
import { createRpcService, type RpcService } from './rpc/rpc-service.ts'
import { startExpirySweep } from './store/expiry-sweep.ts'
import { SqliteMessageStore } from './store/sqlite-message-store.ts'
import { systemClock } from './system-clock.ts'
import {
  createHttpsCredentials,
  createLinkCredentials,
  type TlsCredentials,
} from './tls/self-signed-certificate.ts'

export interface NodePorts {
  readonly https: number
  readonly web: number
  readonly peer: number
}

export interface NodeOverrides {
  readonly clock?: Clock
  readonly events?: NodeEvents
}

export interface RunningNode extends AsyncDisposable {
  readonly identity: NodeIdentity
  readonly ports: NodePorts
  /** Reads the directory file again. False when there is none yet or it was refused. */
  reloadDirectory(): Promise<boolean>
}

const DATABASE_FILE = 'messages.sqlite'
/** Whoever started the node may end it after ten seconds; goodbyes to other nodes need some of them. */
const DRAIN_MAX_MS = 5000

interface Services {
  readonly directory: NodeDirectory
  readonly links: PeerLinks
  readonly rpc: RpcService
  readonly onion: OnionService
}

interface Listeners {
  readonly servers: Record<keyof NodePorts, Server>
  readonly webLinks: WebLinks
}

interface Base {
  readonly config: NodeConfig
  readonly identity: NodeIdentity
  readonly clock: Clock
  readonly events: NodeEvents
  readonly store: SqliteMessageStore
  readonly certificate: TlsCredentials
}

function createServices({ config, identity, clock, events, store, certificate }: Base): Services {
  const directory = new NodeDirectory(config.directoryKey)
  const ownKey = encodeHex(identity.signing.publicKey)
  const links: PeerLinks = new PeerLinks({
    certificate,
    ownKey,
    clock,
    events,
    // The directory may have been reloaded since the link was opened.
    answer: (command, body, peer) => {
      const sender = directory.current?.findByEd25519(peer.ed25519)
      return sender === undefined
        ? Promise.resolve('not_allowed')
        : answerPeer(command, body, sender)
    },
  })
  const rpc = createRpcService({
    signing: identity.signing,
    store,
    peers: links,
    clock,
    directory: () => directory.current,
    hardFork: HARD_FORK,
    onMistake: events.mistake,
  })
  const onion = createOnionService({
    agreement: identity.agreement,
    ownKey,
    directory: () => directory.current,
    peers: links,
    rpc,
    hostPolicy: createHostPolicy({ allowList: config.hostRelayAllow }),
    clock,
    randomness: systemRandomness,
  })
  const answerPeer = createLinkAnswer({ rpc, onion, onMistake: events.mistake })
  return { directory, links, rpc, onion }
}

function createListeners(
  { config, identity, clock, events, certificate }: Base,
  { directory, links, rpc, onion }: Services,
): Listeners {
  const rateLimit = new RateLimit({
    burst: config.rateLimitBurst,
    perSecond: config.rateLimitPerSecond,
    perSecondNode: config.rateLimitPerSecondNode,
    isNode: (address) => directory.isNodeAddress(address),
    clock,
  })
  const connectionLimit = new ConnectionLimit({
    perSource: config.connectionsPerSourceMax,
    total: config.connectionsMax,
  })
  const routes = createRoutes({
    rpc,
    onion,
    directory: () => directory.current,
    legacyKey: identity.legacy.publicKey,
  })
  const parts = { routes, rateLimit, connectionLimit, clock, onMistake: events.mistake }
  const webLinks = createWebLinks({ rpc, onion, rateLimit, clock, onMistake: events.mistake })
  const httpsCertificate = createHttpsCredentials(systemRandomness)
  return {
    servers: {
      https: createHttpsListener({ ...parts, headers: {} }, httpsCertificate),
      web: createWebListener({ ...parts, headers: CORS_HEADERS }, webLinks.upgrade),
      peer: createPeerListener({
        certificate,
        links,
        directory: () => directory.current,
        onRefused: events.strangerRefused,
      }),
    },
    webLinks,
  }
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  server.listen(port, host)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : port
}

async function listenAll(
  servers: Record<keyof NodePorts, Server>,
  { host, httpsPort, webPort, peerPort }: NodeConfig,
): Promise<NodePorts> {
  return {
    https: await listen(servers.https, httpsPort, host),
    web: await listen(servers.web, webPort, host),
    peer: await listen(servers.peer, peerPort, host),
  }
}

/** Resolves when every listener is up. The node serves once it has a directory that lists it. */
export async function startNode(
  config: NodeConfig,
  overrides: NodeOverrides = {},
): Promise<RunningNode> {
  const { clock = systemClock, events = createNodeEvents(config.logLevel) } = overrides
  await using resources = new AsyncDisposableStack()
  await mkdir(config.dataDirectory, { recursive: true, mode: 0o700 })
  const seed = config.nodeSeed ?? (await openNodeSeed(config.dataDirectory))
  const identity = deriveNodeIdentity(seed)
  // Disposed of last to first: clients, links, sweep, and the store when nobody can write any more.
  const path = join(config.dataDirectory, DATABASE_FILE)
  const store = resources.use(
    new SqliteMessageStore({ path, sizeMaxBytes: config.databaseMaxBytes }),
  )
  resources.use(startExpirySweep({ store, clock, intervalMs: EXPIRY_SWEEP_INTERVAL_MS }))
  const certificate = createLinkCredentials(identity.signing, systemRandomness)
  const base: Base = { config, identity, clock, events, store, certificate }
  const services = createServices(base)
  resources.defer(() => services.links.end())
  const listeners = createListeners(base, services)
  resources.defer(() => leaveNetwork(listeners, services, clock))
  const { servers } = listeners
  const ports = await listenAll(servers, config)
  events.listening(ports)
  const reloadDirectory = (): Promise<boolean> => reload(services, base)
  await reloadDirectory()
  const owned = resources.move()
  return {
    identity,
    ports,
    reloadDirectory,
    async [Symbol.asyncDispose]() {
      events.stopping()
      await owned.disposeAsync()
      events.stopped()
    },
  }
}

/** Clients get their answers first, because those may need other nodes; then the other nodes get theirs. */
async function leaveNetwork(
  { servers, webLinks }: Listeners,
  { links }: Services,
  clock: Clock,
): Promise<void> {
  const limit = { clock, timeoutMs: DRAIN_MAX_MS }
  await closeServer(servers.peer, limit)
  await Promise.all([
    closeServer(servers.https, limit),
    webLinks.leave(DRAIN_MAX_MS).then(() => closeServer(servers.web, limit)),
  ])
  await links.leave()
}

async function reload(
  { directory, links }: Services,
  { config, identity, events }: Base,
): Promise<boolean> {
  const loaded = await directory.loadFile(config.directoryFile)
  if (loaded === undefined) return false
  if (!loaded.ok) {
    events.directoryRefused(loaded.error.code)
    return false
  }
  events.directoryLoaded(loaded.value.nodes.length, loaded.value.height)
  links.retain((key) => loaded.value.findByEd25519(key) !== undefined)
  if (loaded.value.findByEd25519(identity.signing.publicKey) === undefined) events.notListed()
  else events.ready()
  return true
}
