/**
 * One link between two nodes: requests and answers of both sides on one socket (spec 06 §3). Who the other side is was
 * checked before; which of several links is used is `peer-links.ts`.
 *
 * @module
 */

import type { Duplex } from 'node:stream'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import { type Frame, FrameDecoder, type LinkRequest } from '@sotto/protocol/link'
import type { PeerFailure } from '../swarm/peer-client.ts'
import { FrameWriter } from './frame-writer.ts'
import { IncomingRequests, type LinkAnswerer, type ReplyHead } from './incoming-requests.ts'
import { type PeerAnswer, PendingRequests } from './pending-requests.ts'

export interface LinkLimits {
  /** Requests of each side that may be under way. */
  readonly requestsMax: number
  /** Bytes that may wait for a peer that does not read. */
  readonly bufferedBytesMax: number
}

export interface LinkConnectionOptions {
  readonly socket: Duplex
  readonly clock: Clock
  readonly limits: LinkLimits
  readonly answer: LinkAnswerer
}

/** Spec 06 §3.5. */
const SILENCE_MS = 30_000
/** Spec 06 §3.5. */
const PONG_MS = 10_000
/** How long a link that was said goodbye to may take to end; a node that stops has not for ever. */
const GOODBYE_MS = 3000

const EMPTY = new Uint8Array()
const UNREACHABLE: Result<never, PeerFailure> = err({ kind: 'unreachable' })

export class LinkConnection {
  readonly #socket: Duplex
  readonly #clock: Clock
  readonly #limits: LinkLimits
  readonly #decoder = new FrameDecoder()
  readonly #writer: FrameWriter
  readonly #pending: PendingRequests
  readonly #incoming: IncomingRequests
  readonly #closed = Promise.withResolvers<void>()
  #cancelTimer: Cancel = () => undefined
  #cancelFarewell: Cancel = () => undefined
  #heardSince = true
  #goodbye = { isWanted: false, isSent: false, isReceived: false }
  #isClosed = false

  constructor({ socket, clock, limits, answer }: LinkConnectionOptions) {
    this.#socket = socket
    this.#clock = clock
    this.#limits = limits
    this.#writer = new FrameWriter({ write: (bytes) => this.#send(bytes) })
    this.#pending = new PendingRequests({
      clock,
      onTimeout: (id) => {
        this.#write('cancel', id)
        this.#finish()
      },
    })
    this.#incoming = new IncomingRequests({
      answer,
      limit: limits.requestsMax,
      reply: (frame, payload) => this.#reply(frame, payload),
      onSettled: () => this.#finish(),
    })
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk))
    socket.on('drain', () => socket.resume())
    socket.on('error', () => undefined)
    socket.on('close', () => this.#close())
    this.#watchSilence()
  }

  /** Whether new requests may be sent on it. */
  get isUsable(): boolean {
    const { isWanted, isReceived } = this.#goodbye
    return !this.#isClosed && !isWanted && !isReceived
  }

  /** Resolves when the socket is gone. Never rejects. */
  get closed(): Promise<void> {
    return this.#closed.promise
  }

  /** Never rejects. */
  async request({ command, body }: LinkRequest, timeoutMs: number): Promise<PeerAnswer> {
    const isFull =
      this.#pending.size >= this.#limits.requestsMax ||
      this.#bufferedBytes() > this.#limits.bufferedBytesMax
    if (!this.isUsable || isFull) return UNREACHABLE
    const { id, answer } = this.#pending.start(timeoutMs)
    this.#writer.write({ type: 'request', id }, Uint8Array.of(command), body)
    return answer
  }

  /** Sends no more requests, and ends the link when nothing is under way. */
  retire(): void {
    this.#goodbye.isWanted = true
    this.#finish()
  }

  /** Asks the peer at once to send no more either; resolves when all under way is done and the socket is gone. */
  async stop(): Promise<void> {
    this.#goodbye.isWanted = true
    this.#sayGoodbye()
    this.#finish()
    await this.closed
  }

  /** Ends it as it is. */
  destroy(): void {
    this.#socket.destroy()
    this.#close()
  }

  #receive(chunk: Uint8Array): void {
    this.#heardSince = true
    const frames = this.#decoder.push(chunk)
    if (!frames.ok) {
      this.destroy()
      return
    }
    for (const frame of frames.value) this.#accept(frame)
    // A peer that sends requests and does not read the answers would fill this node's memory.
    if (this.#bufferedBytes() > this.#limits.bufferedBytesMax) this.#socket.pause()
  }

  #accept(frame: Frame): void {
    switch (frame.type) {
      case 'request':
        if (!this.#incoming.accept(frame)) this.destroy()
        break
      case 'response':
        this.#pending.settle(frame.id, ok(frame.payload))
        this.#finish()
        break
      case 'failure':
        this.#pending.settle(frame.id, err({ kind: 'refused' }))
        this.#finish()
        break
      case 'cancel':
        this.#incoming.cancel(frame.id)
        break
      case 'ping':
        this.#write('pong', frame.id)
        break
      case 'pong':
        break
      case 'goodbye':
        this.#goodbye.isReceived = true
        this.#finish()
        break
    }
  }

  #reply(frame: ReplyHead, payload: Uint8Array): void {
    if (this.#isClosed) return
    // Reading stopped long before this; what was begun then is still too much for a peer that does not read.
    if (this.#bufferedBytes() > 2 * this.#limits.bufferedBytesMax) this.destroy()
    else this.#writer.write(frame, payload)
  }

  #write(type: 'cancel' | 'ping' | 'pong' | 'goodbye', id: number): void {
    if (!this.#isClosed) this.#writer.write({ type, id }, EMPTY)
  }

  #send(bytes: Uint8Array): void {
    if (!this.#socket.destroyed) this.#socket.write(bytes)
  }

  #bufferedBytes(): number {
    return this.#socket.writableLength + this.#writer.waitingBytes
  }

  /** Says goodbye when it is time, and ends the socket when both sides did and nothing is under way. */
  #finish(): void {
    const { isWanted, isReceived } = this.#goodbye
    if (!isWanted && !isReceived) return
    if (this.#pending.size > 0 || this.#incoming.size > 0 || this.#isClosed) return
    this.#sayGoodbye()
    if (!isReceived) return
    this.#writer.flush()
    this.#socket.end()
  }

  #sayGoodbye(): void {
    if (this.#goodbye.isSent || this.#isClosed) return
    this.#goodbye.isSent = true
    this.#write('goodbye', 0)
    this.#cancelFarewell = this.#clock.after(GOODBYE_MS, () => this.destroy())
  }

  #watchSilence(): void {
    this.#cancelTimer = this.#clock.after(SILENCE_MS, () => {
      if (this.#heardSince) {
        this.#heardSince = false
        this.#watchSilence()
        return
      }
      // Kept for nothing, links to all others would have to be asked after, in a large network all the time.
      if (this.#pending.size === 0 && this.#incoming.size === 0) {
        this.retire()
        return
      }
      this.#write('ping', 0)
      this.#cancelTimer = this.#clock.after(PONG_MS, () => {
        if (this.#heardSince) this.#watchSilence()
        else this.destroy()
      })
    })
  }

  #close(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#cancelTimer()
    this.#cancelFarewell()
    this.#incoming.cancelAll()
    this.#pending.failAll('unreachable')
    this.#closed.resolve()
  }
}
