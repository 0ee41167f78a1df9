/**
 * How many connections one source address, and all of them together, may hold open (ADR 0005). Requests are limited by
 * `rate-limit.ts`; this is about file descriptors and memory, which an idle connection takes too.
 *
 * @module
 */

import type { Server, Socket } from 'node:net'
import { formatSource } from './rate-limit.ts'

export interface ConnectionLimits {
  readonly perSource: number
  readonly total: number
}

export class ConnectionLimit {
  readonly #limits: ConnectionLimits
  readonly #open = new Map<string, number>()
  #total = 0

  constructor(limits: ConnectionLimits) {
    this.#limits = limits
  }

  get total(): number {
    return this.#total
  }

  /** Cuts off at once, before any handshake, what is too much. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      if (!this.#admit(socket)) socket.destroy()
    })
  }

  #admit(socket: Socket): boolean {
    const source = formatSource(socket.remoteAddress ?? '')
    const open = this.#open.get(source) ?? 0
    if (open >= this.#limits.perSource || this.#total >= this.#limits.total) return false
    this.#open.set(source, open + 1)
    this.#total += 1
    socket.once('close', () => this.#release(source))
    return true
  }

  #release(source: string): void {
    this.#total -= 1
    const open = (this.#open.get(source) ?? 1) - 1
    if (open > 0) this.#open.set(source, open)
    else this.#open.delete(source)
  }
}
