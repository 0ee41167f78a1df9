/**
 * The links of a node to all others, as the port through which the rest of the node asks them (spec 06). A link is
 * dialled when it is first needed and then kept; requests in both directions share it.
 *
 * @module
 */

import type { TLSSocket } from 'node:tls'
import { encodeHex } from '@sotto/crypto/bytes'
import { type Result, err } from '@sotto/crypto/result'
import type { Clock } from '@sotto/protocol/clock'
import type { NodeRecord } from '@sotto/protocol/directory'
import type { NodeEvents } from '../events.ts'
import type { PeerClient, PeerFailure, PeerRequest } from '../swarm/peer-client.ts'
import type { TlsCredentials } from '../tls/self-signed-certificate.ts'
import { dialPeer } from './dial-peer.ts'
import type { LinkAnswer } from './incoming-requests.ts'
import { LinkConnection, type LinkLimits } from './link-connection.ts'
import { type PeerNetwork, systemPeerNetwork } from './peer-network.ts'
import { type Dialler, PeerSlot } from './peer-slot.ts'

/** Answers what a node asks. Never rejects. */
export type AnswerPeer = (
  command: number,
  body: Uint8Array,
  sender: NodeRecord,
) => Promise<LinkAnswer>

export interface PeerLinksOptions {
  /** Ed25519, in hex. */
  readonly ownKey: string
  readonly certificate: TlsCredentials
  readonly clock: Clock
  readonly answer: AnswerPeer
  readonly events: Pick<NodeEvents, 'linkOpened' | 'linkClosed' | 'dialFailed'>
  readonly limits?: LinkLimits
  readonly network?: PeerNetwork
}

const DEFAULT_LIMITS: LinkLimits = { requestsMax: 1024, bufferedBytesMax: 32 * 1024 * 1024 }
const DIAL_TIMEOUT_MS = 5000
const UNREACHABLE: Result<never, PeerFailure> = err({ kind: 'unreachable' })

export class PeerLinks implements PeerClient {
  readonly #options: PeerLinksOptions
  readonly #slots = new Map<string, PeerSlot>()
  readonly #dials = new Map<string, Promise<void>>()
  #isLeaving = false

  constructor(options: PeerLinksOptions) {
    this.#options = options
  }

  async request(
    peer: NodeRecord,
    { command, body, timeoutMs }: PeerRequest,
  ): Promise<Result<Uint8Array, PeerFailure>> {
    const key = encodeHex(peer.ed25519)
    const slot = this.#findSlot(key)
    if (slot.usable === undefined) await this.#dial(key, slot, peer)
    return slot.usable?.request({ command, body }, timeoutMs) ?? UNREACHABLE
  }

  /** Whether a request to this node would need no dial. */
  isOpen(ed25519Hex: string): boolean {
    return this.#slots.get(ed25519Hex)?.usable !== undefined
  }

  /** Takes a socket whose other end has proved to be this node. */
  accept(socket: TLSSocket, peer: NodeRecord): void {
    if (this.#isLeaving) socket.destroy()
    else this.#adopt(socket, peer, 'peer')
  }

  /** Closes the links to nodes that the directory no longer lists. */
  retain(isListed: (ed25519Hex: string) => boolean): void {
    for (const [key, slot] of this.#slots) {
      if (isListed(key)) continue
      this.#slots.delete(key)
      for (const connection of slot.open) connection.destroy()
    }
  }

  /** Says goodbye to all; resolves when what was under way is answered, or a bounded time is over. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    await Promise.all(this.#dials.values())
    await Promise.all(this.#listOpen().map((connection) => connection.stop()))
  }

  /** Closes everything as it is. */
  end(): void {
    this.#isLeaving = true
    for (const connection of this.#listOpen()) connection.destroy()
  }

  #listOpen(): LinkConnection[] {
    return Array.from(this.#slots.values(), ({ open }) => Array.from(open)).flat()
  }

  #findSlot(key: string): PeerSlot {
    const known = this.#slots.get(key)
    if (known !== undefined) return known
    const { clock, ownKey } = this.#options
    const slot = new PeerSlot(clock, ownKey < key ? 'self' : 'peer')
    this.#slots.set(key, slot)
    return slot
  }

  /** One dial at a time for each peer; all who need it wait for the same. */
  async #dial(key: string, slot: PeerSlot, peer: NodeRecord): Promise<void> {
    const current = this.#dials.get(key)
    if (current !== undefined) return current
    if (!slot.mayDial || this.#isLeaving) return
    const dial = this.#dialOnce(slot, peer).finally(() => this.#dials.delete(key))
    this.#dials.set(key, dial)
    return dial
  }

  async #dialOnce(slot: PeerSlot, peer: NodeRecord): Promise<void> {
    const { certificate, clock, events, network = systemPeerNetwork } = this.#options
    const timeoutMs = DIAL_TIMEOUT_MS
    const socket = await dialPeer(peer, { certificate, clock, timeoutMs, network })
    if (typeof socket !== 'string' && this.#adopt(socket, peer, 'self')) return
    slot.noteFailedDial()
    events.dialFailed(peer.ed25519, typeof socket === 'string' ? socket : 'unreachable')
  }

  /** False when the network does not take the connection. */
  #adopt(socket: TLSSocket, peer: NodeRecord, dialler: Dialler): boolean {
    const { clock, answer, events, limits = DEFAULT_LIMITS } = this.#options
    const { network = systemPeerNetwork } = this.#options
    const stream = network.take(socket, peer.ed25519)
    if (stream === undefined) {
      socket.destroy()
      return false
    }
    const connection = new LinkConnection({
      socket: stream,
      clock,
      limits,
      answer: ({ command, body }) => answer(command, body, peer),
    })
    this.#findSlot(encodeHex(peer.ed25519)).adopt(connection, dialler)
    events.linkOpened(peer.ed25519, dialler)
    void connection.closed.then(() => events.linkClosed(peer.ed25519))
    return true
  }
}
