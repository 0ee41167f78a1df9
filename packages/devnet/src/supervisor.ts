/**
 * Owns the nodes of one local network: stages their start, answers for them, and ends them.
 *
 * It holds no port or lock of its own beyond the introspection endpoint; those of the state are `network.ts`.
 *
 * @module
 */

import { rename, rm, writeFile } from 'node:fs/promises'
import { encodeSwarmId } from '@sotto/protocol/swarm'
import { deriveDemoAccounts } from './demo-accounts.ts'
import { DevnetError } from './errors.ts'
import type { IntrospectedAccount, IntrospectedNode, Introspection } from './introspection.ts'
import {
  type IntrospectedNetwork,
  type IntrospectionServer,
  type NodeAction,
  startIntrospectionServer,
} from './introspection-server.ts'
import type { NodeDriver, NodePlan } from './node-driver.ts'
import { deriveNodePublicKeys, formatPublicKeys } from './node-keys.ts'
import { NetworkNode } from './network-node.ts'
import { LOOPBACK_HOST, planNodePorts } from './port-plan.ts'
import { deriveNodeSeed } from './seeds.ts'
import type { StateDirectory } from './state-directory.ts'
import {
  NODE_ROLES,
  type StaticDirectory,
  deriveAuthorityKey,
  findMemberNames,
  signStaticDirectory,
} from './static-directory.ts'

export interface SupervisorOptions {
  readonly nodes: number
  readonly seed: string
  readonly basePort: number
  readonly state: StateDirectory
  readonly driver: NodeDriver
  readonly settings: Readonly<Record<string, string>>
}

const NODE_NUMBER_DIGITS = 2
const KEY_PREFIX_DIGITS = 8

function nameNode(number: number): string {
  return `node-${String(number).padStart(NODE_NUMBER_DIGITS, '0')}`
}

function createNodes(options: SupervisorOptions): readonly NetworkNode[] {
  const { state, seed } = options
  const directoryKey = deriveAuthorityKey(seed)
  return Array.from({ length: options.nodes }, (_, index) => {
    const name = nameNode(index + 1)
    const nodeSeed = deriveNodeSeed(seed, index + 1)
    const keys = deriveNodePublicKeys(nodeSeed)
    const plan: NodePlan = {
      name,
      seed: nodeSeed,
      host: LOOPBACK_HOST,
      ports: planNodePorts(options.basePort, index + 1),
      // Another network seed makes other nodes; they must not find these nodes' messages.
      dataDirectory: state.nodeDirectory(
        `${name}-${formatPublicKeys(keys).ed25519.slice(0, KEY_PREFIX_DIGITS)}`,
      ),
      directoryFile: state.directoryFile,
      directoryKey,
      logFile: state.logFile(name),
      settings: options.settings,
    }
    return new NetworkNode(options.driver, plan, keys)
  })
}

export class Supervisor implements IntrospectedNetwork, AsyncDisposable {
  readonly #options: SupervisorOptions
  readonly #accounts: readonly IntrospectedAccount[]
  readonly #nodes: readonly NetworkNode[]
  #server: IntrospectionServer | undefined
  #directory: StaticDirectory | undefined
  #ready = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#accounts = deriveDemoAccounts(options.seed)
    this.#nodes = createNodes(options)
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
    const directory = signStaticDirectory(this.#options.seed, this.#nodes)
    await this.#publish(directory)
    await settleAll(this.#nodes.map((node) => node.loadDirectory(directory.text)))
    this.#ready = true
  }

  async #publish(directory: StaticDirectory): Promise<void> {
    // Renamed into place: a node that starts in this instant reads the whole list or none.
    const { directoryFile } = this.#options.state
    await writeFile(`${directoryFile}.new`, directory.text)
    await rename(`${directoryFile}.new`, directoryFile)
    this.#directory = directory
  }

  introspect(): Introspection {
    return {
      introspect: this.url,
      ready: this.#ready,
      name: this.#options.seed,
      seedUrl: this.url,
      nodes: this.#nodes.map((node) => this.#introspectNode(node)),
      accounts: [...this.#accounts],
    }
  }

  #introspectNode(node: NetworkNode): IntrospectedNode {
    const record = this.#directory?.directory.findByEd25519(node.keys.ed25519)
    return {
      name: node.name,
      ...formatPublicKeys(node.keys),
      host: node.host,
      ports: node.ports,
      roles: [...NODE_ROLES],
      swarm: record === undefined ? '' : encodeSwarmId(record.swarm),
      pid: node.pid ?? null,
      state: node.state,
    }
  }

  directoryText(): string | undefined {
    return this.#directory?.text
  }

  swarmOf(accountId: string): readonly IntrospectedNode[] {
    if (this.#directory === undefined) return []
    const names = new Set(findMemberNames(this.#directory, accountId))
    return this.introspect().nodes.filter((node) => names.has(node.name))
  }

  #findNode(name: string): NetworkNode {
    const node = this.#nodes.find((candidate) => candidate.name === name)
    if (node !== undefined) return node
    throw new DevnetError('unknown_node', `No node is called ${name}.`)
  }

  async ended(name: string): Promise<void> {
    await this.#findNode(name).ended
  }

  async act(name: string, action: NodeAction): Promise<void> {
    const node = this.#findNode(name)
    await node.inTurn(async () => {
      if (action === 'kill') return node.kill()
      if (action === 'stop') return node.stop()
      await node.listen()
      return node.loadDirectory(this.#directory?.text ?? '')
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ready = false
    await Promise.all(this.#nodes.map((node) => node.inTurn(() => node.stop())))
    await this.#server?.[Symbol.asyncDispose]()
  }
}

// Like Promise.all, but lets the others finish first, so that no node is still starting while others are stopped.
async function settleAll(tasks: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(tasks)
  const failure = results.find((result) => result.status === 'rejected')
  if (failure !== undefined) throw failure.reason
}
