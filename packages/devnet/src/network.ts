/**
 * Starts a whole local network and lets its owner look at it, break it and end it (ADR 0007).
 *
 * Staging: all nodes listen → one signed directory is written → every node loads it → the network is ready. What a node
 * does is the node's affair; what carries it is the driver's.
 *
 * @module
 */

import { EPOCH_MS_DEFAULT } from '@sotto/protocol/directory'
import type { ChaosOrder } from './chaos/chaos-order.ts'
import { createChildProcessDriver } from './child-process-driver.ts'
import { DevnetError } from './errors.ts'
import { createInProcessDriver } from './in-process-driver.ts'
import type { Introspection, IntrospectedAccount, IntrospectedNode } from './introspection.ts'
import type { NodeDriver } from './node-driver.ts'
import { countAuthorities, createNetworkId } from './first-document.ts'
import { NODE_COUNT_MAX, assertPortRange, assertPortsFree } from './port-plan.ts'
import { openStateDirectory } from './state-directory.ts'
import { Supervisor } from './supervisor.ts'

export const DEFAULT_NODE_COUNT = 12
export const DEFAULT_NETWORK_SEED = 'demo'

// How long the nodes of a killed supervisor may hold on to their ports.
const ABANDONED_PORTS_GRACE_MS = 5000

export interface NetworkOptions {
  readonly nodes?: number
  /** One word from which all keys and accounts follow. */
  readonly seed?: string
  /** `production-process` runs the program that operators run: it can be ended and paused, and not broken otherwise. */
  readonly driver?: 'in-process' | 'child-process' | 'production-process' | NodeDriver
  /** Port of the introspection endpoint, the nodes' after it; 0 (the default) for any free ones. */
  readonly basePort?: number
  /** Where files are kept; a temporary directory that goes with the network when left out. */
  readonly stateDir?: string
  /** How many of the first nodes are authorities of the directory; three unless there are fewer nodes. */
  readonly authorities?: number
  /** How many of the first nodes keep files, too; none when left out. */
  readonly files?: number
  /** How many of the first nodes fetch previews of links, too; none when left out. */
  readonly previews?: number
  /** Length of an epoch; all times of the directory follow it. Two minutes, as in a network in service. */
  readonly epochMs?: number
  /** Extra `SOTTO_*` settings for every node. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface Network extends AsyncDisposable {
  /** URL of the introspection endpoint. */
  readonly introspect: string
  readonly seedUrl: string
  readonly stateDir: string
  readonly nodes: readonly IntrospectedNode[]
  readonly accounts: readonly IntrospectedAccount[]
  describe(): Introspection
  /** The nodes of the swarm that stores this account's messages. */
  swarmOf(accountId: string): readonly IntrospectedNode[]
  kill(name: string): Promise<void>
  stop(name: string): Promise<void>
  start(name: string): Promise<void>
  /** Breaks or mends something; resolves when it is so. */
  obey(order: ChaosOrder): Promise<void>
  /** Milliseconds since 1970 on the network's clock, or on one node's. */
  now(name?: string): number
  /** Looks for a newer epoch document and for evidence now; they are looked for in the background anyway. */
  refresh(): Promise<void>
  /** By run of a program: bytes of records that replication sent and received. */
  measureMoved(): Promise<ReadonlyMap<string, number>>
  /** Resolves when the node is gone, whoever ended it. */
  ended(name: string): Promise<void>
}

function selectDriver(driver: NetworkOptions['driver']): NodeDriver {
  if (driver === undefined || driver === 'child-process') return createChildProcessDriver()
  if (driver === 'production-process') return createChildProcessDriver({ program: 'production' })
  return driver === 'in-process' ? createInProcessDriver() : driver
}

function assertNodeCount(nodes: number): void {
  if (Number.isInteger(nodes) && nodes >= 1 && nodes <= NODE_COUNT_MAX) return
  throw new DevnetError(
    'invalid_options',
    `A network has 1 to ${NODE_COUNT_MAX} nodes, not ${nodes}.`,
  )
}

/** Starts a network and resolves when every node is ready. Disposing of it stops every node. */
export async function startNetwork(options: NetworkOptions = {}): Promise<Network> {
  const { nodes = DEFAULT_NODE_COUNT, seed = DEFAULT_NETWORK_SEED, basePort = 0 } = options
  assertNodeCount(nodes)
  const files = Math.min(options.files ?? 0, nodes)
  const previews = Math.min(options.previews ?? 0, nodes)
  const needs = { nodes, files, previews }
  assertPortRange(basePort, needs)
  await using resources = new AsyncDisposableStack()
  const state = resources.use(await openStateDirectory(options.stateDir))
  await assertPortsFree(basePort, needs, state.abandoned ? ABANDONED_PORTS_GRACE_MS : 0)
  const supervisor = new Supervisor({
    nodes,
    seed,
    basePort,
    state,
    driver: selectDriver(options.driver),
    settings: options.settings ?? {},
    networkId: createNetworkId(seed),
    authorities: options.authorities ?? countAuthorities(nodes),
    files,
    previews,
    epochMs: options.epochMs ?? EPOCH_MS_DEFAULT,
  })
  resources.use(supervisor)
  await supervisor.begin()
  const owned = resources.move()
  return {
    introspect: supervisor.url,
    seedUrl: supervisor.url,
    stateDir: state.path,
    accounts: supervisor.introspect().accounts,
    get nodes() {
      return supervisor.introspect().nodes
    },
    describe: () => supervisor.introspect(),
    swarmOf: (accountId) => supervisor.swarmOf(accountId),
    kill: (name) => supervisor.act(name, 'kill'),
    stop: (name) => supervisor.act(name, 'stop'),
    start: (name) => supervisor.act(name, 'start'),
    obey: (order) => supervisor.obey(order),
    now: (name) => supervisor.conditions.now(name),
    refresh: () => supervisor.refresh(),
    measureMoved: () => supervisor.measureMoved(),
    ended: (name) => supervisor.ended(name),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}
