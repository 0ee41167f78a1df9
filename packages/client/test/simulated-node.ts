/**
 * A node in memory that speaks the protocol: it peels real onions and checks real signatures. Every fault that a test
 * wants is a field: a peer that speaks the protocol badly shows more than a stub.
 *
 * @module
 */
import { decodeUtf8, encodeBase64, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import type { AgreementKeyPair } from '@sotto/crypto/agreement'
import { type SigningKeyPair, sign } from '@sotto/crypto/signing'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Clock } from '@sotto/protocol/clock'
import {
  type Directory,
  type NodeRecord,
  encodeServiceNodes,
  encodeSwarmMembers,
  parseServiceNodesRequest,
} from '@sotto/protocol/directory'
import {
  type PeeledLayer,
  encodeNodeReply,
  encodeOnionFailure,
  formatNextNodeNotFound,
  NEXT_NODE_TIMED_OUT,
  peelLayer,
} from '@sotto/protocol/onion'
import {
  type RequestOf,
  type RpcRequest,
  checkRequest,
  encodeStoreEntryText,
  parseRequest,
} from '@sotto/protocol/rpc'
import { SimulatedStore } from './simulated-store.ts'

export interface RpcAnswer {
  readonly status: number
  readonly body: string | object
}

export interface HttpAnswer {
  readonly status: number
  readonly body: Uint8Array
}

/** What is wrong with a node. */
export interface NodeFaults {
  /** Nobody reaches it, neither clients nor nodes. */
  isDead?: boolean
  /** Clients cannot reach it; nodes can. */
  isBlocked?: boolean
  /** It does not know these nodes (by id). */
  unknown?: ReadonlySet<string>
  /** Answers any onion that it should relay or open with this. */
  relay?: (honest: () => Promise<HttpAnswer>) => Promise<HttpAnswer>
  /** Answers any request of one method in its own way. */
  answer?: (request: RequestOf, honest: () => RpcAnswer) => RpcAnswer
  /** Answers whatever it is asked with this, batches as a whole. */
  whole?: RpcAnswer
  /** How far its clock is ahead. */
  skewMs?: number
  /** Signs entries over another text. */
  signsWrong?: boolean
}

export interface NodeKeys {
  readonly signing: SigningKeyPair
  readonly agreement: AgreementKeyPair
}

/** How nodes find each other, and what they share. */
export interface NodeWorld {
  readonly clock: Clock
  readonly randomness: Randomness
  directory: Directory
  findNode(id: string): SimulatedNode | undefined
  findHost(url: string): SimulatedHost | undefined
}

/** Outside the network; nodes reach it. */
export interface SimulatedHost {
  accept(target: string, frame: Uint8Array): HttpAnswer
}

export class SimulatedNode {
  readonly id: string
  readonly keys: NodeKeys
  readonly store = new SimulatedStore()
  readonly faults: NodeFaults = {}
  /** Methods that reached it as a destination. */
  readonly executed: string[] = []
  readonly #world: NodeWorld

  constructor(keys: NodeKeys, world: NodeWorld) {
    this.id = encodeHex(keys.signing.publicKey)
    this.keys = keys
    this.#world = world
  }

  get record(): NodeRecord {
    const record = this.#world.directory.findByEd25519(this.id)
    if (record === undefined) throw new Error('the directory does not list this node')
    return record
  }

  acceptOnion(body: Uint8Array): Promise<HttpAnswer> {
    const honest = (): Promise<HttpAnswer> => this.#peel(body)
    return this.faults.relay === undefined ? honest() : this.faults.relay(honest)
  }

  /** The body of a direct `/storage_rpc/v1`. */
  acceptRpc(body: Uint8Array): HttpAnswer {
    const answer = this.#execute(body)
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body)
    return { status: answer.status, body: encodeUtf8(text) }
  }

  async #peel(body: Uint8Array): Promise<HttpAnswer> {
    const { randomness } = this.#world
    const peeled = peelLayer({ agreement: this.keys.agreement, body })
    if (!peeled.ok) return encodeOnionFailure(peeled.error, randomness)
    const layer = peeled.value
    if (layer.kind === 'final') return this.#answerFinal(layer)
    if (layer.kind === 'host') {
      const host = this.#world.findHost(`${layer.protocol}://${layer.host}:${layer.port}`)
      return (
        host?.accept(layer.target, layer.frame) ?? { status: 502, body: encodeUtf8('no such host') }
      )
    }
    const next = this.#world.findNode(layer.nextEd25519)
    if (next === undefined || this.faults.unknown?.has(layer.nextEd25519) === true) {
      return encodeOnionFailure(formatNextNodeNotFound(layer.nextEd25519), randomness)
    }
    if (next.faults.isDead === true) return encodeOnionFailure(NEXT_NODE_TIMED_OUT, randomness)
    return next.acceptOnion(layer.nextBody)
  }

  #answerFinal(layer: Extract<PeeledLayer, { readonly kind: 'final' }>): HttpAnswer {
    const answer = this.#execute(layer.body)
    return { status: 200, body: encodeNodeReply(answer, layer, this.#world.randomness) }
  }

  #execute(body: Uint8Array): RpcAnswer {
    const request = parseRequest(decodeUtf8(body) ?? '')
    if (!request.ok) return { status: request.error.status, body: request.error.text }
    return this.faults.whole ?? this.#executeAny(request.value)
  }

  #executeAny(request: RpcRequest): RpcAnswer {
    if (request.method === 'ifelse') return { status: 400, body: 'no ifelse here' }
    if (request.method !== 'batch' && request.method !== 'sequence') return this.#answer(request)
    const results: { readonly code: number; readonly body: string | object }[] = []
    for (const each of request.params.requests) {
      const { status, body } = this.#answer(each)
      results.push({ code: status, body })
      if (request.method === 'sequence' && status !== 200) break
    }
    return { status: 200, body: { results } }
  }

  #answer(request: RequestOf): RpcAnswer {
    this.executed.push(request.method)
    const honest = (): RpcAnswer => this.#answerHonestly(request)
    return this.faults.answer === undefined ? honest() : this.faults.answer(request, honest)
  }

  #answerHonestly(request: RequestOf): RpcAnswer {
    const { directory } = this.#world
    const t = this.#world.clock.now() + (this.faults.skewMs ?? 0)
    const common = { t, hf: [19, 4] }
    if (request.method === 'get_swarm') {
      const swarm = encodeSwarmMembers(directory.swarmOf(request.params.account))
      return { status: 200, body: { ...swarm, ...common } }
    }
    if (request.method === 'oxend_request') {
      const list = encodeServiceNodes(directory, parseServiceNodesRequest(request.params.params))
      return { status: 200, body: { result: list, ...common } }
    }
    if (!('account' in request.params)) return { status: 400, body: `no method ${request.method}` }
    const { account } = request.params
    const swarm = directory.swarmOf(account)
    if (swarm.id !== this.record.swarm) {
      return { status: 421, body: { ...encodeSwarmMembers(swarm), ...common } }
    }
    const isRevoked = (token: Uint8Array): boolean => this.store.isRevoked(account, token)
    const refusal = checkRequest(request, { nowMs: t, isForwarded: false, isRevoked })
    if (refusal !== undefined) return { status: refusal.status, body: refusal.text }
    const body = this.#change(request, swarm.members)
    if (body === undefined) return { status: 400, body: `no method ${request.method}` }
    return { status: 200, body: { ...body, ...common } }
  }

  #change(request: RequestOf, members: readonly NodeRecord[]): object | undefined {
    switch (request.method) {
      case 'retrieve':
        return this.store.retrieve(request.params)
      case 'store':
        return this.#storeInSwarm(request, members)
      case 'delete':
        return this.#inSwarm(members, ({ store }) => ({ deleted: store.delete(request.params) }))
      case 'delete_all':
        return this.#inSwarm(members, ({ store }) => ({ deleted: store.deleteAll(request.params) }))
      case 'expire':
        return this.#inSwarm(members, ({ store }) => ({ updated: store.expire(request.params) }))
      case 'get_expiries':
        return { expiries: this.store.listExpiries(request.params) }
      case 'revoke_subaccount':
        return this.#inSwarm(members, ({ store }) => store.revoke(request.params))
      case 'unrevoke_subaccount':
        return this.#inSwarm(members, ({ store }) => store.unrevoke(request.params))
      default:
        return undefined
    }
  }

  /** What each member that is alive makes of it. */
  #inSwarm(members: readonly NodeRecord[], apply: (node: SimulatedNode) => object): object {
    const nodes = members.flatMap(({ ed25519 }) => this.#world.findNode(encodeHex(ed25519)) ?? [])
    const alive = nodes.filter(({ faults }) => faults.isDead !== true)
    const entries = alive.map((node) => [node.id, apply(node)] as const)
    return { swarm: Object.fromEntries(entries) }
  }

  #storeInSwarm({ params }: RequestOf<'store'>, members: readonly NodeRecord[]): object {
    const { hash } = this.store.store(params)
    const entries = members.map((member) => {
      const node = this.#world.findNode(encodeHex(member.ed25519))
      if (node === undefined || node.faults.isDead === true) {
        // As it comes through bt, without booleans.
        return [encodeHex(member.ed25519), { failed: 1, timeout: 1 }] as const
      }
      node.store.store(params)
      return [node.id, node.#signEntry(hash, params.expiryMs)] as const
    })
    return { hash, swarm: Object.fromEntries(entries) }
  }

  #signEntry(hash: string, expiry: number): object {
    const text = this.faults.signsWrong === true ? 'something else' : hash
    const signature = sign(this.keys.signing, encodeStoreEntryText(text))
    return { hash, signature: encodeBase64(signature), expiry }
  }
}
