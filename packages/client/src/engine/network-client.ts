/**
 * Everything that talks to the network, put together: nodes, guards, paths, onions, swarms. It belongs to no account;
 * `messenger.ts` adds one.
 *
 * @module
 */
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { Clock } from '@sotto/protocol/clock'
import { isJsonObject } from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { ClientError } from '../errors.ts'
import type { StateStore, Transport } from '../ports/index.ts'
import type { FileServer } from './files/index.ts'
import { NetworkClock } from './network/network-clock.ts'
import { type NetworkNode, formatAddress, parseNodeList } from './network/network-node.ts'
import { NodePool } from './network/node-pool.ts'
import { type DirectoryTrust, VerifiedDirectory } from './network/verified-directory.ts'
import { HostCaller } from './onion/host-caller.ts'
import { NodeCaller } from './onion/node-caller.ts'
import { CallTrace } from './paths/call-trace.ts'
import { GuardSet } from './paths/guard-set.ts'
import { PathSet } from './paths/path-set.ts'
import { type PathHop, describePath } from './paths/path.ts'
import type { PreviewNode } from './previews/index.ts'
import { SwarmCache } from './swarm/swarm-cache.ts'
import { SwarmCaller } from './swarm/swarm-caller.ts'

export interface NetworkPorts {
  readonly transport: Transport
  readonly state: StateStore
  readonly clock: Clock
  readonly randomness: Randomness
}

export interface NetworkSettings {
  /** Where a client that knows no node asks first. */
  readonly seedUrls: readonly string[]
  /** Without it the seeds are believed (spec 07 §12), as in networks that have no authorities. */
  readonly directory?: DirectoryTrust
  /** Where files go, and which addresses of files are believed without a key. Without any, none are sent. */
  readonly fileServers?: readonly FileServer[]
  /** The largest content that they take, if it is less than the format allows; what is larger goes in parts. */
  readonly fileBytesMax?: number
  /** Who fetches previews of links. Without any, there are none. */
  readonly previewNodes?: readonly PreviewNode[]
}

export interface SwarmDescription {
  /** Lower-case hex without padding. */
  readonly swarm: string
  readonly nodes: readonly PathHop[]
}

const SCOPE_BYTES = 8
const ASK_TRIES = 3
const ASK_TIMEOUT_MS = 10_000

/** The parts, for the rest of the engine. Programs use the methods. */
export class NetworkClient {
  /** Absent where the seeds are believed. */
  readonly directory: VerifiedDirectory | undefined
  readonly pool: NodePool
  readonly guards: GuardSet
  readonly paths: PathSet
  readonly caller: NodeCaller
  readonly hostCaller: HostCaller
  readonly swarms: SwarmCache
  readonly swarmCaller: SwarmCaller
  readonly time: NetworkClock

  constructor(ports: NetworkPorts, { seedUrls, directory: trust }: NetworkSettings) {
    const { transport, state, clock, randomness } = ports
    const scope = computeScope(seedUrls)
    this.time = new NetworkClock(clock)
    const { time: networkClock } = this
    this.directory =
      trust && new VerifiedDirectory({ transport, state, time: networkClock, scope }, trust)
    const { directory } = this
    const seeds = { transport, state, clock, randomness, seedUrls, scope }
    this.pool = new NodePool(directory === undefined ? seeds : { ...seeds, directory })
    const { pool } = this
    this.guards = new GuardSet({ transport, state, randomness, pool, networkClock, scope })
    this.paths = new PathSet({ pool, guards: this.guards, clock, randomness })
    const { paths } = this
    this.caller = new NodeCaller({ transport, randomness, pool, paths, networkClock })
    const { caller } = this
    this.hostCaller = new HostCaller({ transport, randomness, pool, paths })
    this.swarms = new SwarmCache({ pool, caller, randomness, directory })
    this.swarmCaller = new SwarmCaller({ pool, caller, swarms: this.swarms })
  }

  /** A path that the next request may take. */
  async findPath(): Promise<Result<readonly PathHop[], ClientError>> {
    const path = await this.paths.take({ trace: new CallTrace() })
    return path.ok ? ok(describePath(path.value)) : path
  }

  /** Which nodes keep the messages of an account. */
  async findSwarm(account: AccountBytes): Promise<Result<SwarmDescription, ClientError>> {
    const swarm = await this.swarms.find(account)
    if (!swarm.ok) return err(swarm.error)
    const nodes = swarm.value.members.map((node) => ({
      ed25519: node.id,
      address: formatAddress(node),
    }))
    const byKey = nodes.toSorted((a, b) => (a.ed25519 < b.ed25519 ? -1 : 1))
    return ok({ swarm: swarm.value.id, nodes: byKey })
  }

  /** Asks the network for newer nodes if some have gone. */
  refresh(): Promise<void> {
    return this.pool.refresh((node) => this.#askForNodes(node))
  }

  async #askForNodes(destination: NetworkNode): Promise<readonly NetworkNode[] | undefined> {
    const fields = {
      public_ip: true,
      storage_port: true,
      storage_web_port: true,
      pubkey_x25519: true,
      pubkey_ed25519: true,
    }
    const answer = await this.caller.call({
      destination,
      compose: () => ({
        method: 'oxend_request',
        params: { endpoint: 'get_service_nodes', params: { active_only: true, fields } },
      }),
      tries: ASK_TRIES,
      timeoutMs: ASK_TIMEOUT_MS,
    })
    if (!answer.ok || !isJsonObject(answer.value.body)) return undefined
    const nodes = parseNodeList(answer.value.body)
    return nodes.length === 0 ? undefined : nodes
  }
}

/** Short name of a network, under which its nodes and guards are remembered. */
function computeScope(seedUrls: readonly string[]): string {
  const text = seedUrls.toSorted().join('\n')
  return encodeHex(blake2b(encodeUtf8(text), { length: SCOPE_BYTES }))
}
