/**
 * One WebSocket to a node's web listener, on which many requests are under way at once (spec 06 §2.1). It is opened
 * with the first request; after it broke, a new one has to be made.
 *
 * @module
 */
import type { TransportReply } from '@sotto/client/ports'
import {
  type COMMANDS,
  type Frame,
  FrameDecoder,
  decodeStatusReply,
  encodeFrame,
  encodeRequestFrame,
} from '@sotto/protocol/link'
import { WebSocket } from 'ws'
import { REPLY_BYTES_MAX } from './reply-limit.ts'

export interface LinkPost {
  readonly command: typeof COMMANDS.onionRelay | typeof COMMANDS.storageRpc
  readonly body: Uint8Array
  readonly timeoutMs: number
}

interface Pending {
  readonly resolve: (reply: TransportReply) => void
  readonly reject: (reason: Error) => void
}

const ID_MAX = 0xffff_ffff

export class NodeLink {
  readonly #socket: WebSocket
  readonly #decoder = new FrameDecoder()
  readonly #pending = new Map<number, Pending>()
  readonly #opened: Promise<void>
  #lastId = 0
  #isClosed = false

  constructor(host: string, port: number) {
    const options = { perMessageDeflate: false, maxPayload: REPLY_BYTES_MAX }
    const socket = new WebSocket(`ws://${host}:${port}/link/v1`, options)
    this.#socket = socket
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#opened = promise
    socket.on('open', resolve)
    socket.on('message', (data: Buffer) => {
      this.#receive(data)
    })
    // Whatever ends the link, `close` comes last; an error without a listener would end the program.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#end()
    })
  }

  /** A link that was closed by either side takes no more requests. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** Rejects if there is no answer in time. */
  async post({ command, body, timeoutMs }: LinkPost): Promise<TransportReply> {
    const { promise, resolve, reject } = Promise.withResolvers<TransportReply>()
    if (this.#isClosed) throw new Error('closed')
    this.#lastId = this.#lastId === ID_MAX ? 1 : this.#lastId + 1
    const id = this.#lastId
    this.#pending.set(id, { resolve, reject })
    const timer = setTimeout(() => {
      this.#giveUp(id)
    }, timeoutMs)
    void this.#sendWhenOpen(id, encodeRequestFrame(id, { command, body }))
    return promise.finally(() => {
      clearTimeout(timer)
      this.#pending.delete(id)
    })
  }

  close(): void {
    this.#isClosed = true
    if (this.#socket.readyState === WebSocket.CONNECTING) this.#socket.terminate()
    else this.#socket.close()
  }

  async #sendWhenOpen(id: number, frame: Uint8Array): Promise<void> {
    await this.#opened
    if (this.#pending.has(id)) this.#socket.send(frame)
  }

  #giveUp(id: number): void {
    this.#pending.get(id)?.reject(new LinkTimeout())
    if (this.#socket.readyState !== WebSocket.OPEN) {
      // It never opened: nobody is there, and nobody else should wait as long.
      this.#socket.terminate()
      return
    }
    this.#socket.send(encodeFrame({ type: 'cancel', id, payload: new Uint8Array() }))
  }

  #receive(data: Buffer): void {
    const frames = this.#decoder.push(data)
    if (!frames.ok) {
      this.#socket.terminate()
      return
    }
    for (const frame of frames.value) this.#accept(frame)
  }

  #accept({ type, id, payload }: Frame): void {
    if (type === 'ping') {
      this.#socket.send(encodeFrame({ type: 'pong', id, payload: new Uint8Array() }))
    } else if (type === 'goodbye') {
      this.#isClosed = true
    } else if (type === 'failure') {
      this.#pending.get(id)?.reject(new Error('refused'))
    } else if (type === 'response') {
      const reply = decodeStatusReply(payload)
      const pending = this.#pending.get(id)
      // The payload is a view into the received message, which nobody changes.
      if (reply.ok) pending?.resolve(reply.value)
      else pending?.reject(reply.error)
    }
  }

  #end(): void {
    this.#isClosed = true
    for (const { reject } of this.#pending.values()) reject(new Error('closed'))
  }
}

/** Told apart from a link that broke. */
export class LinkTimeout extends Error {
  override readonly name = 'LinkTimeout'
}
