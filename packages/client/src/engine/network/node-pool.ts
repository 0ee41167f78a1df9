/**
 * The nodes that may be used: remembered between runs, refilled from the seeds or by agreement of nodes, and left by
 * nodes that fail too often (ADR 0006). Everything else in the engine asks here whether a node still counts: a node
 * that leaves the pool leaves all paths and swarms.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, ok } from '@sotto/crypto/result'
import type { Clock } from '@sotto/protocol/clock'
import type { ClientError } from '../../errors.ts'
import type { StateStore, Transport } from '../../ports/index.ts'
import { type AskNode, agreeOnNodes } from './node-agreement.ts'
import { type NetworkNode, formatNodeList, parseNodeList } from './network-node.ts'
import { fetchSeedList } from './seed-list.ts'
import type { VerifiedDirectory } from './verified-directory.ts'

/** ADR 0006. Below this the seeds are asked; a smaller network has to be whole. */
const NODES_MIN = 8
/** ADR 0006. Below this the nodes are asked; a smaller network has to be whole. */
const NODES_WANTED = 16
/** ADR 0006. A node that failed this often in a row is left out. */
const FAILURES_MAX = 3
/** ADR 0006. Not more often than this, whatever fails. */
const REFILL_PAUSE_MS = 30_000
const REFRESH_PAUSE_MS = 600_000

export interface NodePoolParts {
  readonly transport: Transport
  readonly state: StateStore
  readonly clock: Clock
  readonly randomness: Randomness
  readonly seedUrls: readonly string[]
  /** Tells the remembered lists of several networks apart. */
  readonly scope: string
  /** Where the authorities are known: then nobody else is believed about who the nodes are. */
  readonly directory?: VerifiedDirectory
}

export class NodePool {
  readonly #parts: NodePoolParts
  readonly #nodes = new Map<string, NetworkNode>()
  readonly #failures = new Map<string, number>()
  /** What failed too often, until the next list, or until there are too few others. */
  readonly #resting = new Map<string, NetworkNode>()
  #networkSize = 0
  #refilledAtMs = Number.NEGATIVE_INFINITY
  #refreshedAtMs = Number.NEGATIVE_INFINITY
  #loading: Promise<Result<void, ClientError>> | undefined

  constructor(parts: NodePoolParts) {
    this.#parts = parts
  }

  get nodes(): readonly NetworkNode[] {
    return [...this.#nodes.values()]
  }

  find(id: string): NetworkNode | undefined {
    return this.#nodes.get(id)
  }

  /** Failures in a row. */
  failuresOf(id: string): number {
    return this.#failures.get(id) ?? 0
  }

  /** Whether the list is from this run, and not one that an earlier run left behind. */
  get isConfirmed(): boolean {
    return this.#refilledAtMs > Number.NEGATIVE_INFINITY
  }

  countFailure(id: string): void {
    const failures = this.failuresOf(id) + 1
    this.#failures.set(id, failures)
    if (failures >= FAILURES_MAX) this.rest(id)
  }

  clearFailures(id: string): void {
    this.#failures.delete(id)
  }

  /** Has left the network. */
  remove(id: string): void {
    this.#nodes.delete(id)
    this.#failures.delete(id)
    this.#resting.delete(id)
  }

  /** Fails too often to be used while there are others. */
  rest(id: string): void {
    const node = this.#nodes.get(id)
    this.remove(id)
    if (node !== undefined) this.#resting.set(id, node)
  }

  /** Makes sure that there are enough nodes. Calls at the same time share one refill. */
  fill(): Promise<Result<void, ClientError>> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    })
    return this.#loading
  }

  /** Asks the seeds, however many nodes there are. */
  async refill(): Promise<Result<void, ClientError>> {
    const { transport, clock, seedUrls, directory } = this.#parts
    const list = await (directory?.update() ?? fetchSeedList({ transport, clock, seedUrls }))
    if (!list.ok) return list
    this.#refilledAtMs = clock.now()
    if (directory === undefined) await this.#replace(list.value)
    else this.#take(list.value)
    return ok(undefined)
  }

  /** A node contradicts the document that is held: either it lies or there is a newer one, which only the authorities can show. */
  async renew(): Promise<void> {
    if (this.#parts.directory?.claimRenewal() === true) await this.refill()
  }

  /** Asks the nodes when some have gone; what they cannot agree on, the seeds decide. */
  async refresh(ask: AskNode): Promise<void> {
    const { clock, randomness, directory } = this.#parts
    const isLow = this.#nodes.size < Math.min(NODES_WANTED, this.#networkSize)
    const isDue = isLow || directory?.isSuperseded === true
    if (!isDue || clock.now() - this.#refreshedAtMs < REFRESH_PAUSE_MS) return
    this.#refreshedAtMs = clock.now()
    if (directory !== undefined) return void (await this.refill())
    const networkSize = this.#networkSize
    const agreed = await agreeOnNodes({ clock, randomness, known: this.nodes, networkSize, ask })
    if (agreed.ok) await this.#replace(agreed.value)
    else await this.refill()
  }

  async #load(): Promise<Result<void, ClientError>> {
    if (this.#networkSize === 0) await this.#recall()
    const isEnough = this.#nodes.size >= Math.min(NODES_MIN, this.#networkSize)
    if (isEnough && this.#nodes.size > 0) return ok(undefined)
    const isRecent = this.#parts.clock.now() - this.#refilledAtMs < REFILL_PAUSE_MS
    if (isRecent) this.#wake()
    if (isRecent && this.#nodes.size > 0) return ok(undefined)
    const refilled = await this.refill()
    return this.#nodes.size > 0 ? ok(undefined) : refilled
  }

  /** In a small network two dead nodes can make many look guilty, and no node at all is worse than a doubtful one. */
  #wake(): void {
    for (const [id, node] of this.#resting) {
      this.#nodes.set(id, node)
      this.#failures.set(id, 1)
    }
    this.#resting.clear()
  }

  async #recall(): Promise<void> {
    const { directory, state } = this.#parts
    if (directory !== undefined) return this.#take(await directory.recall())
    const text = await state.read(this.#stateName())
    if (text !== undefined) this.#take(parseNodeList(text))
  }

  async #replace(nodes: readonly NetworkNode[]): Promise<void> {
    this.#take(nodes)
    await this.#parts.state.write(this.#stateName(), formatNodeList(nodes))
  }

  #take(nodes: readonly NetworkNode[]): void {
    this.#nodes.clear()
    this.#resting.clear()
    for (const node of nodes) this.#nodes.set(node.id, node)
    for (const id of this.#failures.keys()) if (!this.#nodes.has(id)) this.#failures.delete(id)
    this.#networkSize = nodes.length
  }

  #stateName(): string {
    return `${this.#parts.scope}/nodes`
  }
}
