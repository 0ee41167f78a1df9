/**
 * Calls one node through onions until it answers or the tries are used up, and keeps count of who failed (ADR 0006).
 * Which node to call, and what to call instead, is the business of `../swarm`.
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { NodeReply } from '@sotto/protocol/onion'
import { type RpcRequest, encodeRequest, findNodeTime } from '@sotto/protocol/rpc'
import { ClientError } from '../../errors.ts'
import type { Transport } from '../../ports/index.ts'
import type { NetworkClock } from '../network/network-clock.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { NodePool } from '../network/node-pool.ts'
import { parseJson } from '../parse-json.ts'
import { CallTrace } from '../paths/call-trace.ts'
import type { PathNeed, PathSet } from '../paths/path-set.ts'
import type { Path } from '../paths/path.ts'
import { countPathFailure } from './count-path-failure.ts'
import { type CallFailure, findCallFailure } from './destination-status.ts'
import { sendOnion } from './send-onion.ts'

export interface NodeCallerParts {
  readonly transport: Transport
  readonly randomness: Randomness
  readonly pool: NodePool
  readonly paths: PathSet
  readonly networkClock: NetworkClock
}

export interface NodeCall {
  readonly destination: NetworkNode
  /** Called for every try: a signed time must not grow old while paths fail. */
  readonly compose: () => RpcRequest
  readonly tries: number
  readonly timeoutMs: number
}

export interface NodeAnswer {
  /** Parsed JSON; whatever the destination likes. */
  readonly body: unknown
  readonly path: Path
}

export class NodeCaller {
  readonly #parts: NodeCallerParts

  constructor(parts: NodeCallerParts) {
    this.#parts = parts
  }

  async call(call: NodeCall): Promise<Result<NodeAnswer, CallFailure>> {
    const outcome = await this.#tryPaths(call)
    const { pool, paths } = this.#parts
    if (outcome.ok || pool.isConfirmed || !isPathTrouble(outcome.error)) return outcome
    // Nothing worked with the list that an earlier run left behind: perhaps the network has moved on.
    const refilled = await pool.refill()
    const destination = pool.find(call.destination.id)
    if (!refilled.ok || destination === undefined) return outcome
    paths.clear()
    return this.#tryPaths({ ...call, destination })
  }

  async #tryPaths(call: NodeCall): Promise<Result<NodeAnswer, CallFailure>> {
    const { paths, pool } = this.#parts
    const need: PathNeed = { target: call.destination.id, trace: new CallTrace() }
    const lost: Path[] = []
    let failure = new ClientError('path_failed', 'no try')
    for (let tried = 0; tried < call.tries; tried++) {
      const path = await paths.take(need)
      if (!path.ok) return err({ error: tried === 0 ? path.error : failure })
      const payload = JSON.stringify(encodeRequest(call.compose()))
      const { destination, timeoutMs } = call
      const sending = { path: path.value, destination, payload, timeoutMs }
      const reply = await sendOnion(sending, this.#parts)
      if (reply.ok) {
        paths.countSuccess(path.value)
        for (const other of lost) await paths.blame(other)
        return this.#readReply(reply.value, path.value, destination)
      }
      if (reply.error.kind === 'lost') lost.push(path.value)
      failure = await countPathFailure(
        { path: path.value, failure: reply.error, need },
        this.#parts,
      )
      if (failure.code === 'node_gone') return err({ error: failure })
    }
    // Different paths failed alike: what they have in common is where they end. Were the paths blamed too, a member of
    // our swarm could make us change guards until we have one of its friends (TM-G3).
    pool.countFailure(call.destination.id)
    return err({ error: failure })
  }

  #readReply(
    reply: NodeReply,
    path: Path,
    destination: NetworkNode,
  ): Result<NodeAnswer, CallFailure> {
    const { pool, networkClock } = this.#parts
    const body = typeof reply.body === 'string' ? parseJson(reply.body) : reply.body
    const nodeTimeMs = findNodeTime(body)
    if (nodeTimeMs !== undefined) networkClock.observe(nodeTimeMs)
    const failure = findCallFailure(reply.status, body)
    if (failure === undefined && body !== undefined) {
      pool.clearFailures(destination.id)
      return ok({ body, path })
    }
    const found = failure ?? { error: new ClientError('reply_malformed', 'not JSON') }
    if (found.error.code === 'node_failed' || found.error.code === 'reply_malformed') {
      pool.countFailure(destination.id)
    }
    return err(found)
  }
}

function isPathTrouble({ error }: CallFailure): boolean {
  return ['path_failed', 'no_guard', 'no_path', 'node_gone'].includes(error.code)
}
