/**
 * The network between the nodes of a local network, as bad as it was ordered to be: nodes that cannot reach each other,
 * lag, and connections that break. An adapter of the node's port `PeerNetwork`.
 *
 * @module
 */

import { type Duplex, duplexPair } from 'node:stream'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import { encodeHex } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import { type PeerNetwork, systemPeerNetwork } from '@sotto/node/peer-network'
import type { Clock } from '@sotto/protocol/clock'
import { ChaoticStream, type Fate } from './chaotic-stream.ts'
import { CALM, type LinkConditions } from './node-conditions.ts'

export interface ChaoticNetworkOptions {
  readonly clock: Clock
  readonly randomness: Randomness
  readonly network?: PeerNetwork
}

const PERCENT = 100
const CHANCE_BYTES = 4
const CHANCE_RANGE = 2 ** 32

export class ChaoticNetwork implements PeerNetwork {
  readonly #clock: Clock
  readonly #randomness: Randomness
  readonly #network: PeerNetwork
  readonly #open = new Map<string, Set<Duplex>>()
  #conditions: LinkConditions = CALM

  constructor({ clock, randomness, network = systemPeerNetwork }: ChaoticNetworkOptions) {
    this.#clock = clock
    this.#randomness = randomness
    this.#network = network
  }

  /** Links to nodes that are out of reach from now on are cut. */
  impose(conditions: LinkConditions): void {
    this.#conditions = conditions
    for (const key of conditions.unreachable) {
      for (const stream of this.#open.get(key) ?? []) stream.destroy()
    }
  }

  dial(options: ConnectionOptions, peer: Uint8Array): TLSSocket {
    if (this.#isCutOff(encodeHex(peer))) {
      // Packets that get lost: nobody refuses and nobody answers.
      const [silent] = duplexPair()
      return this.#network.dial({ ...options, socket: silent }, peer)
    }
    if (this.#isDropped()) {
      const [broken, far] = duplexPair()
      far.end()
      return this.#network.dial({ ...options, socket: broken }, peer)
    }
    return this.#network.dial(options, peer)
  }

  take(socket: TLSSocket, peer: Uint8Array): Duplex | undefined {
    const key = encodeHex(peer)
    if (this.#isCutOff(key)) return undefined
    const inner = this.#network.take(socket, peer)
    if (inner === undefined) return undefined
    const stream = new ChaoticStream({
      inner,
      clock: this.#clock,
      decide: () => this.#decideFate(),
    })
    this.#remember(key, stream)
    return stream
  }

  #remember(key: string, stream: Duplex): void {
    const streams = this.#open.get(key) ?? new Set()
    this.#open.set(key, streams.add(stream))
    stream.once('close', () => {
      streams.delete(stream)
      if (streams.size === 0) this.#open.delete(key)
    })
  }

  #isCutOff(key: string): boolean {
    return this.#conditions.unreachable.includes(key)
  }

  #isDropped(): boolean {
    const { dropPercent } = this.#conditions
    return dropPercent > 0 && this.#drawFraction() * PERCENT < dropPercent
  }

  #decideFate(): Fate {
    if (this.#isDropped()) return 'cut'
    const { lagMs, jitterMs } = this.#conditions
    const jitter = jitterMs === 0 ? 0 : (2 * this.#drawFraction() - 1) * jitterMs
    return { delayMs: Math.max(0, Math.round(lagMs + jitter)) }
  }

  /** From 0 up to, and without, 1. */
  #drawFraction(): number {
    const bytes = this.#randomness.bytes(CHANCE_BYTES)
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0) / CHANCE_RANGE
  }
}
