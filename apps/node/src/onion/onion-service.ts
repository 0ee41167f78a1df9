/**
 * One hop of an onion request (spec 04 §4): open the layer that is ours, then answer it, pass it to the next node, or
 * pass it to a host. It learns where a request came from and where it goes next, never both ends.
 *
 * @module
 */
import type { AgreementKeyPair } from '@sotto/crypto/agreement'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Clock } from '@sotto/protocol/clock'
import type { Directory } from '@sotto/protocol/directory'
import { COMMANDS, decodeStatusReply, type StatusReply } from '@sotto/protocol/link'
import {
  encodeNodeReply,
  encodeOnionFailure,
  formatNextNodeNotFound,
  formatNodeNotReady,
  INVALID_NEXT_REPLY,
  NEXT_NODE_TIMED_OUT,
  peelLayer,
  type OnionFailure,
  type PeeledLayer,
} from '@sotto/protocol/onion'
import type { RpcService } from '../rpc/rpc-service.ts'
import type { PeerClient } from '../swarm/peer-client.ts'
import type { HostPolicy } from './host-policy.ts'
import { relayToHost } from './relay-to-host.ts'

export interface OnionServiceParts {
  readonly agreement: AgreementKeyPair
  /** The node's own name, for what it says of itself when it is not ready. */
  readonly ownKey: string
  readonly directory: () => Directory | undefined
  readonly peers: PeerClient
  readonly rpc: RpcService
  readonly hostPolicy: HostPolicy
  readonly clock: Clock
  readonly randomness: Randomness
}

export interface OnionService {
  /** Takes the body of `/onion_req/v2` or of link command 2. */
  relay(body: Uint8Array): Promise<StatusReply>
}

type Layer<K extends PeeledLayer['kind']> = Extract<PeeledLayer, { kind: K }>

/** Spec 04 §6.1: how long the next node may take. */
const NEXT_NODE_TIMEOUT_MS = 30_000
const STATUS_OK = 200
const BAD_GATEWAY = 502
const GATEWAY_TIMEOUT = 504
const HOST_REFUSED = { status: 400, text: 'Invalid url', encrypted: true }

const HOST_TIMED_OUT = { status: GATEWAY_TIMEOUT, body: encodeUtf8('Request time out') }
const HOST_UNREACHABLE = { status: BAD_GATEWAY, body: encodeUtf8('The host cannot be reached') }
/** Slow hosts, and slow resolvers of their names, hold memory and threads for everybody else. */
const HOST_RELAYS_MAX = 128

class NodeOnionService implements OnionService {
  readonly #parts: OnionServiceParts
  #hostRelays = 0

  constructor(parts: OnionServiceParts) {
    this.#parts = parts
  }

  async relay(body: Uint8Array): Promise<StatusReply> {
    const layer = peelLayer({ agreement: this.#parts.agreement, body })
    if (!layer.ok) return this.#refuse(layer.error)
    switch (layer.value.kind) {
      case 'final':
        return this.#answer(layer.value)
      case 'relay':
        return this.#relayToNode(layer.value)
      case 'host':
        return this.#relayToHost(layer.value)
    }
  }

  async #answer(layer: Layer<'final'>): Promise<StatusReply> {
    const { directory, rpc, randomness } = this.#parts
    if (directory() === undefined) return this.#refuse(formatNodeNotReady(layer.hopKey))
    const reply = await rpc.answer(layer.body)
    return { status: STATUS_OK, body: encodeNodeReply(reply, layer, randomness) }
  }

  async #relayToNode({ nextEd25519, nextBody }: Layer<'relay'>): Promise<StatusReply> {
    const { directory, ownKey, peers } = this.#parts
    const network = directory()
    if (network === undefined) return this.#refuse(formatNodeNotReady(ownKey))
    // A path may lead through one node twice; the hop number ends it in any case.
    if (nextEd25519 === ownKey) return this.relay(nextBody)
    const next = network.findByEd25519(nextEd25519)
    if (next === undefined) return this.#refuse(formatNextNodeNotFound(nextEd25519))
    const answer = await peers.request(next, {
      command: COMMANDS.onionRelay,
      body: nextBody,
      timeoutMs: NEXT_NODE_TIMEOUT_MS,
    })
    if (!answer.ok) {
      return this.#refuse(
        answer.error.kind === 'refused' ? INVALID_NEXT_REPLY : NEXT_NODE_TIMED_OUT,
      )
    }
    const reply = decodeStatusReply(answer.value)
    return reply.ok ? reply.value : this.#refuse(INVALID_NEXT_REPLY)
  }

  async #relayToHost(layer: Layer<'host'>): Promise<StatusReply> {
    if (this.#hostRelays >= HOST_RELAYS_MAX) return HOST_UNREACHABLE
    this.#hostRelays += 1
    try {
      return await this.#askHost(layer)
    } finally {
      this.#hostRelays -= 1
    }
  }

  async #askHost(layer: Layer<'host'>): Promise<StatusReply> {
    const { hostPolicy, clock } = this.#parts
    const address = await hostPolicy(layer.host, layer.port)
    if (address === undefined) return this.#refuse({ ...HOST_REFUSED, hopKey: layer.hopKey })
    const reply = await relayToHost(layer, { address, clock })
    if (reply.kind === 'answered') return { status: reply.status, body: reply.body }
    return reply.kind === 'timeout' ? HOST_TIMED_OUT : HOST_UNREACHABLE
  }

  #refuse(failure: OnionFailure): StatusReply {
    return encodeOnionFailure(failure, this.#parts.randomness)
  }
}

export function createOnionService(parts: OnionServiceParts): OnionService {
  return new NodeOnionService(parts)
}
