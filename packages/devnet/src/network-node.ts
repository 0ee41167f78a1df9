/**
 * One node of a local network over its whole life: started, stopped, killed, paused, broken, started again.
 *
 * It remembers the ports of its first start, so that a node comes back where the directory says it is, and what is wrong
 * with it, so that it comes back so.
 *
 * @module
 */

import { rename, writeFile } from 'node:fs/promises'
import { CALM, type NodeConditions, encodeConditions } from './chaos/node-conditions.ts'
import { DevnetError } from './errors.ts'
import type { NodePorts, NodeState } from './introspection.ts'
import type { NodePublicKeys } from './node-keys.ts'
import type { DrivenNode, NodeDriver, NodePlan } from './node-driver.ts'
import { ANY_PORT } from './port-plan.ts'

export interface NodeOrigin {
  readonly keys: NodePublicKeys
  readonly cloneOf?: string
}

export class NetworkNode {
  readonly #driver: NodeDriver
  readonly keys: NodePublicKeys
  /** The node whose keys this one has too, if it is a second program with them. */
  readonly cloneOf: string | undefined
  #plan: NodePlan
  #driven: DrivenNode | undefined
  #starts = 0
  #state: NodeState = 'stopped'
  #conditions = encodeConditions(CALM)
  /** What the node that runs was told last. */
  #imposed = this.#conditions
  #lastTask: Promise<void> = Promise.resolve()

  constructor(driver: NodeDriver, plan: NodePlan, { keys, cloneOf }: NodeOrigin) {
    this.#driver = driver
    this.#plan = plan
    this.keys = keys
    this.cloneOf = cloneOf
  }

  get plan(): NodePlan {
    return this.#plan
  }

  get name(): string {
    return this.#plan.name
  }

  get roles(): readonly string[] {
    return this.#plan.roles
  }

  get host(): string {
    return this.#plan.host
  }

  get ports(): NodePorts {
    return this.#plan.ports
  }

  get pid(): number | undefined {
    return this.#driven?.pid
  }

  get state(): NodeState {
    return this.#state
  }

  /** Whether it can be told something now. */
  get isListening(): boolean {
    return this.#driven !== undefined && this.#state !== 'paused'
  }

  /** Resolves when the node that runs now is gone and its state says so. */
  get ended(): Promise<void> {
    return this.#driven?.ended ?? Promise.resolve()
  }

  /** Runs a task after those before it, so that a start never meets a stop halfway. */
  inTurn(task: () => Promise<void>): Promise<void> {
    const turn = this.#lastTask.then(task)
    this.#lastTask = turn.catch(() => undefined)
    return turn
  }

  /** Brings the node's listeners up. The node serves only after `loadDirectory`. */
  async listen(): Promise<void> {
    if (this.#driven !== undefined) return
    this.#state = 'starting'
    try {
      await this.#writeConditions()
      const driven = await this.#driver.startNode(this.#plan)
      this.#driven = driven
      this.#starts += 1
      this.#plan = { ...this.#plan, host: driven.host, ports: driven.ports }
      void driven.ended.then(() => this.#forget(driven))
    } catch (error) {
      this.#state = 'failed'
      throw error
    }
  }

  /** Gives the node the signed directory; it is ready afterwards. */
  async loadDirectory(document: Uint8Array): Promise<void> {
    const driven = this.#driven
    if (driven === undefined) {
      throw new DevnetError('node_failed', `${this.name} ended before it could read the directory.`)
    }
    await driven.loadDirectory(document)
    this.#state = 'ready'
  }

  /** What is wrong with the node from now on; one that is down or paused is told when it can listen again. */
  async impose(conditions: NodeConditions): Promise<void> {
    this.#conditions = encodeConditions(conditions)
    if (!this.isListening || this.#conditions === this.#imposed) return
    await this.#writeConditions()
    await this.#driven?.impose(this.#imposed)
  }

  /** What a run of its program has moved; each has a name of its own, because each begins at zero. */
  async measureMoved(): Promise<{ readonly run: string; readonly bytes: number } | undefined> {
    const run = `${this.name} run ${this.#starts}`
    if (!this.isListening) return undefined
    const bytes = await this.#driven?.measureMoved?.().catch(() => undefined)
    return bytes === undefined ? undefined : { run, bytes }
  }

  /** Lets the node ask the network to let it go. */
  async drain(): Promise<void> {
    await this.#driven?.drain()
  }

  /** Graceful end; everything acknowledged is on disk afterwards. */
  async stop(): Promise<void> {
    await this.#end('stopped', (driven) => driven.stop())
  }

  /** Sudden end, as by a power cut. */
  async kill(): Promise<void> {
    await this.#end('killed', (driven) => driven.kill())
  }

  /** Comes back on other ports: to others it is the same node at another address. */
  async move(document: Uint8Array): Promise<void> {
    await this.stop()
    const { files, preview } = this.#plan.ports
    const ports = {
      ...ANY_PORT,
      ...(files !== undefined && { files: 0 }),
      ...(preview !== undefined && { preview: 0 }),
    }
    this.#plan = { ...this.#plan, ports }
    await this.listen()
    await this.loadDirectory(document)
  }

  /** Stops it where it stands. */
  async pause(): Promise<void> {
    if (this.#driven === undefined || this.#state !== 'ready') {
      const message = `${this.name} is ${this.#state}; only a node that is ready can be paused.`
      throw new DevnetError('invalid_order', message)
    }
    await this.#driven.pause()
    this.#state = 'paused'
  }

  /** Lets a paused node go on, with what it has missed. */
  async resume(document: Uint8Array): Promise<void> {
    if (this.#driven === undefined || this.#state !== 'paused') return
    await this.#driven.resume()
    await this.loadDirectory(document)
    if (this.#conditions === this.#imposed) return
    await this.#writeConditions()
    await this.#driven.impose(this.#imposed)
  }

  async #writeConditions(): Promise<void> {
    const { conditionsFile } = this.#plan
    this.#imposed = this.#conditions
    await writeFile(`${conditionsFile}.new`, this.#imposed)
    await rename(`${conditionsFile}.new`, conditionsFile)
  }

  async #end(state: NodeState, end: (driven: DrivenNode) => Promise<void>): Promise<void> {
    const driven = this.#driven
    if (driven === undefined) return
    // Forgotten first, so that the end is not taken for a failure.
    this.#driven = undefined
    await end(driven)
    this.#state = state
  }

  #forget(driven: DrivenNode): void {
    if (this.#driven !== driven) return
    this.#driven = undefined
    this.#state = 'failed'
  }
}
