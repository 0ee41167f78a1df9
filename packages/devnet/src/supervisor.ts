/**
 * Owns the nodes of one local network: stages their start, answers for them, lets others come and go, and ends them.
 *
 * It holds no port or lock of its own beyond the introspection endpoint; those of the state are `network.ts`. What orders
 * mean is `chaos/obey-order.ts`.
 *
 * @module
 */

import { rename, rm, writeFile } from 'node:fs/promises'
import { randomInt } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { encodeHex } from '@sotto/crypto/bytes'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { encodeEpochDocument } from '@sotto/protocol/directory'
import { encodeSwarmId } from '@sotto/protocol/swarm'
import type { ChaosOrder, NodeAction } from './chaos/chaos-order.ts'
import { NetworkConditions } from './chaos/network-conditions.ts'
import { nameNode } from './chaos/select-nodes.ts'
import { type BreakableNetwork, obeyOrder } from './chaos/obey-order.ts'
import {
  describeEpoch,
  describeEvidence,
  describeStanding,
  describeSwarms,
} from './describe-directory.ts'
import { describeJoining } from './describe-joining.ts'
import { deriveDemoAccounts } from './demo-accounts.ts'
import { DevnetError } from './errors.ts'
import type {
  IntrospectedAccount,
  IntrospectedFileServer,
  IntrospectedNode,
  Introspection,
} from './introspection.ts'
import {
  type IntrospectedNetwork,
  type IntrospectionServer,
  startIntrospectionServer,
} from './introspection-server.ts'
import { formatPublicKeys } from './node-keys.ts'
import type { NetworkNode } from './network-node.ts'
import { type NodePlanOptions, createClone, createNode } from './plan-node.ts'
import { NODE_COUNT_MAX, assertPortRange } from './port-plan.ts'
import { deriveAuthorities, signFirstDocument } from './first-document.ts'
import { FollowedDirectory } from './followed-directory.ts'
import { FollowedEvidence } from './followed-evidence.ts'
import { systemClock } from './system-clock.ts'

export interface SupervisorOptions extends NodePlanOptions {
  readonly nodes: number
  readonly epochMs: number
}

/** So many nodes are asked for the epoch in force, so often in an epoch. */
const FOLLOWED_NODES = 4
const QUESTIONS_PER_EPOCH = 4
/** A node that asks to leave hands over for three epochs, after those in which it is heard. */
const DEPARTURE_EPOCHS = 12
const DEPARTURE_MS_MAX = 60_000

export class Supervisor implements IntrospectedNetwork, BreakableNetwork, AsyncDisposable {
  readonly conditions: NetworkConditions = new NetworkConditions(() => systemClock.now())
  readonly #options: SupervisorOptions
  readonly #accounts: readonly IntrospectedAccount[]
  #nodes: readonly NetworkNode[]
  /** How many there ever were: a number is given once. */
  #lastNumber: number
  #lastChange: Promise<void> = Promise.resolve()
  #server: IntrospectionServer | undefined
  readonly #directory: FollowedDirectory
  readonly #evidence: FollowedEvidence
  readonly #authorities: readonly Ed25519PublicKey[]
  #firstDocument: Uint8Array = new Uint8Array()
  #followTimer: NodeJS.Timeout | undefined
  #ready = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#accounts = deriveDemoAccounts(options.seed)
    this.#lastNumber = options.nodes
    const { networkId } = options
    const authorities = deriveAuthorities(options.seed, options.authorities)
    const now = (): number => this.conditions.now()
    this.#directory = new FollowedDirectory({ networkId, authorities, now })
    this.#authorities = authorities.map(({ publicKey }) => publicKey)
    this.#evidence = new FollowedEvidence({ networkId, authorities: this.#authorities })
    this.#nodes = Array.from({ length: options.nodes }, (_, index) =>
      createNode(options, index + 1),
    )
  }

  get url(): string {
    return this.#server?.url ?? ''
  }

  /** Starts everything; resolves when every node is ready. After a failure, dispose. */
  async begin(): Promise<void> {
    const { state, basePort } = this.#options
    this.#server = await startIntrospectionServer(basePort, this)
    await state.recordAddress(this.url)
    // A list of an earlier run may name other ports; no node may take it for this run's.
    await rm(state.directoryFile, { force: true })
    await settleAll(this.#nodes.map((node) => node.listen()))
    await this.#found()
    this.#ready = true
    this.#follow()
  }

  /** Writes the first document, which all nodes are given. */
  async #found(): Promise<void> {
    const { networkId, seed, authorities, epochMs, state } = this.#options
    const document = signFirstDocument({
      networkId,
      authorities: deriveAuthorities(seed, authorities),
      nodes: this.#nodes,
      startsAt: Math.floor(this.conditions.now()),
      epochMs,
    })
    const bytes = encodeEpochDocument(document)
    this.#firstDocument = bytes
    this.#directory.accept(bytes)
    // Renamed into place: a node that starts in this instant reads the whole document or none.
    await writeFile(`${state.directoryFile}.new`, bytes)
    await rename(`${state.directoryFile}.new`, state.directoryFile)
    await settleAll(this.#nodes.map((node) => node.inTurn(() => node.loadDirectory(bytes))))
  }

  #follow(): void {
    const intervalMs = this.#options.epochMs / QUESTIONS_PER_EPOCH
    this.#followTimer = setTimeout(() => {
      void this.refresh().then(() => (this.#ready ? this.#follow() : undefined))
    }, intervalMs)
  }

  /** Looks for a newer epoch document, and for proof against authorities, now. */
  async refresh(): Promise<void> {
    const ready = this.#nodes.filter(({ state }) => state === 'ready')
    const asked = ready.toSorted(() => randomInt(-1, 2)).slice(0, FOLLOWED_NODES)
    const heard = ready.filter(({ roles }) => roles.includes('directory'))
    await Promise.all([
      this.#directory.follow(asked.map(findWebUrl)),
      this.#evidence.follow(heard.map(findWebUrl)),
    ])
  }

  introspect(): Introspection {
    const nodes = this.#nodes.map((node) => this.#introspectNode(node))
    const { document } = this.#directory
    return {
      introspect: this.url,
      ready: this.#ready,
      name: this.#options.seed,
      seedUrl: this.url,
      nodes,
      accounts: [...this.#accounts],
      timeline: this.conditions.timeline,
      swarms: describeSwarms(nodes),
      joining: describeJoining(this.#options, nodes),
      fileServers: this.#nodes.flatMap((node) => describeRole(node, 'files')),
      previewNodes: this.#nodes.flatMap((node) => describeRole(node, 'preview')),
      evidence: describeEvidence(this.#evidence.proven, this.#authorities, nameNode),
      ...(document === undefined
        ? {}
        : { epoch: describeEpoch(document, this.#directory.circumstances) }),
    }
  }

  #introspectNode(node: NetworkNode): IntrospectedNode {
    const { document, directory } = this.#directory
    const record = directory?.findByEd25519(node.keys.ed25519)
    const standing = document && describeStanding(document, node.keys.ed25519)
    return {
      name: node.name,
      ...formatPublicKeys(node.keys),
      host: node.host,
      ports: node.ports,
      roles: [...node.roles],
      swarm: record === undefined ? '' : encodeSwarmId(record.swarm),
      pid: node.pid ?? null,
      state: node.state,
      conditions: [
        ...(node.cloneOf === undefined ? [] : [`has the keys of ${node.cloneOf}`]),
        ...this.conditions.describe(node.name),
      ],
      ...(node.cloneOf === undefined ? {} : { cloneOf: node.cloneOf }),
      ...(standing === undefined ? {} : { standing }),
    }
  }

  directoryDocument(): Uint8Array | undefined {
    const { document } = this.#directory
    return document === undefined ? undefined : encodeEpochDocument(document)
  }

  swarmOf(accountId: string): readonly IntrospectedNode[] {
    const keys = new Set(this.#directory.findMemberKeys(accountId))
    return this.introspect().nodes.filter(
      ({ ed25519, cloneOf }) => keys.has(ed25519) && cloneOf === undefined,
    )
  }

  listNames(): readonly string[] {
    return this.#nodes.map(({ name }) => name)
  }

  #findNode(name: string): NetworkNode {
    const node = this.#nodes.find((candidate) => candidate.name === name)
    if (node !== undefined) return node
    throw new DevnetError('unknown_node', `No node is called ${name}.`)
  }

  async ended(name: string): Promise<void> {
    await this.#findNode(name).ended
  }

  obey(order: ChaosOrder): Promise<void> {
    return obeyOrder(this, order)
  }

  async act(name: string, action: NodeAction): Promise<void> {
    const node = this.#findNode(name)
    const document = this.directoryDocument() ?? this.#firstDocument
    await node.inTurn(async () => {
      if (action === 'kill') return node.kill()
      if (action === 'stop') return node.stop()
      if (action === 'move') return node.move(document)
      if (action === 'pause') return node.pause()
      if (action === 'resume' || node.state === 'paused') return node.resume(document)
      await node.listen()
      return node.loadDirectory(document)
    })
  }

  join(): Promise<void> {
    return this.#change(async () => {
      const number = this.#lastNumber + 1
      assertPortRange(this.#options.basePort, { nodes: number })
      if (number > NODE_COUNT_MAX) {
        const message = `A network has had ${NODE_COUNT_MAX} nodes at most; start a new one.`
        throw new DevnetError('invalid_order', message)
      }
      const node = createNode(this.#options, number)
      await this.#add(node)
      this.#lastNumber = number
    })
  }

  /** A clone is no node of its own: it takes no number, and no account is kept by it alone. */
  clone(name: string): Promise<void> {
    return this.#change(async () => {
      const original = this.#findNode(name)
      if (original.cloneOf !== undefined) {
        const message = `${name} is a clone itself; clone ${original.cloneOf}.`
        throw new DevnetError('invalid_order', message)
      }
      const copies = this.#nodes.filter(({ cloneOf }) => cloneOf === name).length
      await this.#add(createClone(this.#options, original, copies + 1))
    })
  }

  async #add(node: NetworkNode): Promise<void> {
    await node.impose(this.#conditionsOf(node))
    await node.listen()
    this.#nodes = [...this.#nodes, node]
    await node.loadDirectory(this.directoryDocument() ?? this.#firstDocument)
  }

  leave(name: string): Promise<void> {
    return this.#change(async () => {
      const node = this.#findNode(name)
      if (node.cloneOf !== undefined) {
        const message = `${name} has the keys of ${node.cloneOf}, which would have to leave; stop it.`
        throw new DevnetError('invalid_order', message)
      }
      const others = this.#nodes.filter((other) => other !== node)
      if (others.length === 0) {
        throw new DevnetError('invalid_order', `${name} is the last node; use \`sotto net down\`.`)
      }
      await node.inTurn(() => node.drain())
      await this.#awaitDeparture(node)
      this.#nodes = others
      await node.inTurn(() => node.stop())
      this.conditions.forget(name)
    })
  }

  /** Until the directory has let the node go, which it does after its swarm took over; a bounded time. */
  async #awaitDeparture(node: NetworkNode): Promise<void> {
    const { epochMs } = this.#options
    const limitMs = Math.min(DEPARTURE_EPOCHS * epochMs, DEPARTURE_MS_MAX)
    const stepMs = Math.min(epochMs / QUESTIONS_PER_EPOCH, limitMs / QUESTIONS_PER_EPOCH)
    for (let waitedMs = 0; waitedMs < limitMs && !this.#hasDeparted(node); waitedMs += stepMs) {
      await delay(stepMs)
      await this.refresh()
    }
  }

  #hasDeparted(node: NetworkNode): boolean {
    const { document } = this.#directory
    const standing = document && describeStanding(document, node.keys.ed25519)
    return standing === undefined || standing.state === 'left'
  }

  // One after the other, so that each list holds what the one before did.
  #change(task: () => Promise<void>): Promise<void> {
    const change = this.#lastChange.then(task)
    this.#lastChange = change.catch(() => undefined)
    return change
  }

  /** By run of a program: bytes of records that went over links, those of each link counted at both of its ends. */
  async measureMoved(): Promise<ReadonlyMap<string, number>> {
    const measured = await Promise.all(this.#nodes.map((node) => node.measureMoved()))
    return new Map(measured.flatMap((each) => (each === undefined ? [] : [[each.run, each.bytes]])))
  }

  async spreadConditions(): Promise<void> {
    await settleAll(
      this.#nodes.map((node) => node.inTurn(() => node.impose(this.#conditionsOf(node)))),
    )
  }

  #conditionsOf({ name }: NetworkNode): ReturnType<NetworkConditions['of']> {
    return this.conditions.of(name, (other) => {
      const node = this.#nodes.find((candidate) => candidate.name === other)
      return node && encodeHex(node.keys.ed25519)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ready = false
    clearTimeout(this.#followTimer)
    await this.#lastChange
    await Promise.all(this.#nodes.map((node) => node.inTurn(() => node.stop())))
    await this.#server?.[Symbol.asyncDispose]()
  }
}

/** A second program with a node's keys is none of them: its owner is the node. */
function describeRole(
  { host, ports, keys, cloneOf }: NetworkNode,
  role: 'files' | 'preview',
): IntrospectedFileServer[] {
  const port = ports[role]
  if (port === undefined || cloneOf !== undefined) return []
  return [{ url: `http://${host}:${port}`, ed25519: encodeHex(keys[role]) }]
}

function findWebUrl({ host, ports }: NetworkNode): string {
  return `http://${host}:${ports.web}`
}

// Like Promise.all, but lets the others finish first, so that no node is still starting while others are stopped.
async function settleAll(tasks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(tasks)
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}
