/**
 * Sends a batch of requests about one account to one member of its swarm, and learns from a refusal where the account
 * belongs now (trap 9 and the 421 of spec 03 §2.2, also inside a batch). Trying other members is up to who calls.
 *
 * @module
 */
import { type Result, err, ok } from '@sotto/crypto/result'
import { type BatchRequest, type BatchResult, parseBatchReply } from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { ClientError } from '../../errors.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { NodePool } from '../network/node-pool.ts'
import { type CallFailure, findCallFailure } from '../onion/destination-status.ts'
import type { NodeCaller } from '../onion/node-caller.ts'
import type { Path } from '../paths/path.ts'
import type { SwarmCache } from './swarm-cache.ts'

/** Paths for one member, before another is asked. */
const TRIES = 3

export interface SwarmCall {
  readonly account: AccountBytes
  readonly member: NetworkNode
  readonly compose: () => BatchRequest
  readonly timeoutMs: number
}

export interface SwarmAnswer {
  /** Successes only, one for each request. */
  readonly results: readonly BatchResult[]
  readonly path: Path
}

export interface SwarmCallerParts {
  readonly pool: NodePool
  readonly caller: NodeCaller
  readonly swarms: SwarmCache
}

export class SwarmCaller {
  readonly #parts: SwarmCallerParts

  constructor(parts: SwarmCallerParts) {
    this.#parts = parts
  }

  async call(call: SwarmCall): Promise<Result<SwarmAnswer, ClientError>> {
    const { caller } = this.#parts
    const { member, compose, timeoutMs } = call
    let count = 0
    const composeCounted = (): BatchRequest => {
      const request = compose()
      count = request.params.requests.length
      return request
    }
    const answer = await caller.call({
      destination: member,
      compose: composeCounted,
      tries: TRIES,
      timeoutMs,
    })
    if (!answer.ok) return this.#learn(call, answer.error)
    const results = parseBatchReply(answer.value.body)
    if (!results.ok) return this.#blame(member, 'no results')
    for (const { status, body } of results.value) {
      const failure = findCallFailure(status, body)
      if (failure?.error.code === 'node_failed') return this.#blame(member, `status ${status}`)
      if (failure !== undefined) return this.#learn(call, failure)
    }
    if (results.value.length !== count) return this.#blame(member, 'results are missing')
    return ok({ results: results.value, path: answer.value.path })
  }

  async #learn({ account }: SwarmCall, failure: CallFailure): Promise<Result<never, ClientError>> {
    const { swarms } = this.#parts
    if (failure.error.code === 'wrong_swarm') await swarms.contradict(account, failure.swarm)
    return err(failure.error)
  }

  #blame(member: NetworkNode, detail: string): Result<never, ClientError> {
    this.#parts.pool.countFailure(member.id)
    return err(new ClientError('node_failed', detail))
  }
}
