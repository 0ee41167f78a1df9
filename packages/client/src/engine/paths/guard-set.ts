/**
 * The first nodes of paths, kept between runs. A guard sees the device's address; with a new guard for every path,
 * every operator would see it sooner or later, so few are chosen and kept (TM-C1).
 *
 * A candidate is tested by one direct call for the swarm of a made-up account: it tells the node our address and
 * nothing else (trap 37).
 *
 * @module
 */
import { encodeUtf8, decodeUtf8 } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type JsonValue, encodeRequest, findNodeTime } from '@sotto/protocol/rpc'
import { parseAccountBytes } from '@sotto/protocol/swarm'
import { ClientError } from '../../errors.ts'
import type { StateStore, Transport } from '../../ports/index.ts'
import type { NetworkClock } from '../network/network-clock.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { NodePool } from '../network/node-pool.ts'
import { isSameSubnet, selectSpread } from '../network/subnet.ts'
import { parseJson } from '../parse-json.ts'

/** ADR 0006. Two in use and one to fall back on. */
const GUARDS_MAX = 3
/** ADR 0006. */
const FAILURES_MAX = 3
/** ADR 0006. */
const TEST_TIMEOUT_MS = 10_000
/** Candidates tested at once, and at most in a row. */
const TESTED_TOGETHER = 2
const TESTED_MAX = 8
const HTTP_OK = 200
const ACCOUNT_PREFIX = 0x05
const ACCOUNT_KEY_BYTES = 32

export interface GuardSetParts {
  readonly transport: Transport
  readonly state: StateStore
  readonly randomness: Randomness
  readonly pool: NodePool
  readonly networkClock: NetworkClock
  readonly scope: string
}

export class GuardSet {
  readonly #parts: GuardSetParts
  /** In order of preference. */
  #ids: readonly string[] | undefined
  readonly #failures = new Map<string, number>()

  constructor(parts: GuardSetParts) {
    this.#parts = parts
  }

  /** The first guard that `isUsable`. */
  async findKept(isUsable: (node: NetworkNode) => boolean): Promise<NetworkNode | undefined> {
    return (await this.#recall()).find(isUsable)
  }

  /**
   * The same, else a new one that passed the test. There is no new one while the number of guards is full of those that
   * can be reached: requests that get lost are no reason to show our address to one more node.
   */
  async take(
    isUsable: (node: NetworkNode) => boolean,
    isReachable: (node: NetworkNode) => boolean = isUsable,
  ): Promise<Result<NetworkNode, ClientError>> {
    const guards = await this.#recall()
    const kept = guards.find(isUsable)
    if (kept !== undefined) return ok(kept)
    if (guards.filter(isReachable).length >= GUARDS_MAX)
      return err(new ClientError('no_guard', 'all were tried'))
    const candidates = this.#parts.pool.nodes.filter(
      (node) => isUsable(node) && !guards.some((guard) => isClose(guard, node)),
    )
    const found = await this.#findAlive(candidates)
    if (found === undefined) return err(new ClientError('no_guard', `${candidates.length} nodes`))
    await this.#remember([found.id, ...(this.#ids ?? [])].slice(0, GUARDS_MAX))
    return ok(found)
  }

  isGuard(id: string): boolean {
    return this.#ids?.includes(id) ?? false
  }

  clearFailures(id: string): void {
    this.#failures.delete(id)
  }

  /** A guard that cannot be reached moves behind the others, so that the next run does not begin with it. */
  async demote(id: string): Promise<void> {
    const ids = this.#ids ?? []
    if (ids.includes(id)) await this.#remember([...ids.filter((other) => other !== id), id])
  }

  /** Forgets a guard of which too many requests in a row got lost; says so. */
  async countFailure(id: string): Promise<boolean> {
    const failures = (this.#failures.get(id) ?? 0) + 1
    this.#failures.set(id, failures)
    if (failures < FAILURES_MAX) return false
    await this.forget(id)
    return true
  }

  async forget(id: string): Promise<void> {
    this.#failures.delete(id)
    await this.#remember((this.#ids ?? []).filter((other) => other !== id))
  }

  async #recall(): Promise<readonly NetworkNode[]> {
    this.#ids ??= parseIds(await this.#parts.state.read(this.#stateName()))
    return this.#ids.flatMap((id) => this.#parts.pool.find(id) ?? [])
  }

  async #remember(ids: readonly string[]): Promise<void> {
    this.#ids = ids
    await this.#parts.state.write(this.#stateName(), JSON.stringify(ids))
  }

  async #findAlive(candidates: readonly NetworkNode[]): Promise<NetworkNode | undefined> {
    const spread = selectSpread(candidates, this.#parts.randomness).slice(0, TESTED_MAX)
    for (let start = 0; start < spread.length; start += TESTED_TOGETHER) {
      const tested = spread.slice(start, start + TESTED_TOGETHER)
      const results = await Promise.all(tested.map((node) => this.#test(node)))
      const alive = tested.find((_, index) => results[index] === true)
      if (alive !== undefined) return alive
    }
    return undefined
  }

  async #test(node: NetworkNode): Promise<boolean> {
    const reply = await this.#parts.transport.post({
      target: { kind: 'node', node, endpoint: '/storage_rpc/v1' },
      body: encodeUtf8(JSON.stringify(this.#composeTest())),
      timeoutMs: TEST_TIMEOUT_MS,
    })
    if (!reply.ok || reply.value.status !== HTTP_OK) return false
    const answer = parseJson(decodeUtf8(reply.value.body))
    const nodeTimeMs = findNodeTime(answer)
    if (nodeTimeMs !== undefined) this.#parts.networkClock.observe(nodeTimeMs)
    return answer !== undefined
  }

  #composeTest(): JsonValue {
    const key = this.#parts.randomness.bytes(ACCOUNT_KEY_BYTES)
    const account = parseAccountBytes(Uint8Array.of(ACCOUNT_PREFIX, ...key))
    if (account === undefined) throw new Error('an account has a prefix and a key')
    return encodeRequest({ method: 'get_swarm', params: { account } })
  }

  #stateName(): string {
    return `${this.#parts.scope}/guards`
  }
}

function isClose(guard: NetworkNode, node: NetworkNode): boolean {
  return guard.id === node.id || isSameSubnet(guard, node)
}

function parseIds(text: string | undefined): readonly string[] {
  const value = parseJson(text)
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : []
}
