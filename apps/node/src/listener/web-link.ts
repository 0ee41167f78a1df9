/**
 * One WebSocket of a browser or of our own client: link frames in binary messages (spec 06 §2.1). It may send onion
 * requests and storage requests, nothing that one node asks of another. Which sockets there are is `web-links.ts`.
 *
 * @module
 */

import type { WebSocket } from 'ws'
import { encodeUtf8 } from '@sotto/crypto/bytes'
import {
  COMMANDS,
  encodeStatusReply,
  FrameDecoder,
  type Frame,
  type LinkRequest,
} from '@sotto/protocol/link'
import { FrameWriter } from '../link/frame-writer.ts'
import { IncomingRequests, type LinkAnswer } from '../link/incoming-requests.ts'
import type { OnionService } from '../onion/onion-service.ts'
import type { RpcService } from '../rpc/rpc-service.ts'
import { TOO_MANY_REQUESTS } from './http-answer.ts'
import type { RateLimit } from './rate-limit.ts'

export interface WebLinkParts {
  readonly rpc: RpcService
  readonly onion: OnionService
  readonly rateLimit: RateLimit
  readonly onMistake: (error: unknown) => void
}

/** Requests of one socket under way at once; further ones are refused as `busy`. */
const REQUESTS_MAX = 64
/** What may wait for a client that does not read its answers. */
const BUFFERED_BYTES_MAX = 16 * 1024 * 1024
const GOING_AWAY = 1001
const UNSUPPORTED_DATA = 1003
const EMPTY = new Uint8Array()

export class WebLink {
  readonly #socket: WebSocket
  readonly #address: string
  readonly #parts: WebLinkParts
  readonly #decoder = new FrameDecoder()
  readonly #writer: FrameWriter
  readonly #incoming: IncomingRequests
  #isLeaving = false

  constructor(socket: WebSocket, address: string, parts: WebLinkParts) {
    this.#socket = socket
    this.#address = address
    this.#parts = parts
    this.#writer = new FrameWriter({ write: (bytes) => this.#send(bytes) })
    this.#incoming = new IncomingRequests({
      answer: (request) => this.#answer(request),
      limit: REQUESTS_MAX,
      reply: (head, payload) => this.#writer.write(head, payload),
      onSettled: () => this.#finish(),
    })
    socket.on('error', () => socket.terminate())
    socket.on('close', () => this.#incoming.cancelAll())
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) this.#receive(data)
      else socket.close(UNSUPPORTED_DATA)
    })
  }

  /** Answers what is under way, takes nothing new, and closes. */
  leave(): void {
    this.#isLeaving = true
    this.#finish()
  }

  #receive(data: Buffer): void {
    const frames = this.#decoder.push(data)
    if (!frames.ok) this.#socket.terminate()
    else for (const frame of frames.value) this.#accept(frame)
  }

  #accept(frame: Frame): void {
    if (frame.type === 'request') {
      if (!this.#incoming.accept(frame)) this.#socket.terminate()
    } else if (frame.type === 'cancel') {
      this.#incoming.cancel(frame.id)
    } else if (frame.type === 'ping') {
      this.#writer.write({ type: 'pong', id: frame.id }, EMPTY)
    }
  }

  async #answer(request: LinkRequest): Promise<LinkAnswer> {
    if (this.#isLeaving) return 'busy'
    if (!this.#parts.rateLimit.take(this.#address)) return encodeStatusReply(TOO_MANY_REQUESTS)
    try {
      return await this.#run(request)
    } catch (error) {
      this.#parts.onMistake(error)
      return 'failed'
    }
  }

  async #run({ command, body }: LinkRequest): Promise<LinkAnswer> {
    switch (command) {
      case COMMANDS.onionRelay:
        return encodeStatusReply(await this.#parts.onion.relay(body))
      case COMMANDS.storageRpc: {
        const reply = await this.#parts.rpc.answer(body)
        const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
        return encodeStatusReply({ status: reply.status, body: encodeUtf8(text) })
      }
      case COMMANDS.storageForward:
      case COMMANDS.ping:
        return 'not_allowed'
      default:
        return 'unknown_command'
    }
  }

  #send(bytes: Uint8Array): void {
    if (this.#socket.bufferedAmount > BUFFERED_BYTES_MAX) this.#socket.terminate()
    else if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(bytes)
  }

  #finish(): void {
    if (!this.#isLeaving || this.#incoming.size > 0) return
    this.#writer.flush()
    this.#socket.close(GOING_AWAY)
  }
}
