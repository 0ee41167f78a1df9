/**
 * The stream of a link over a network that is slow and breaks: what is sent arrives later and in its order, or the
 * connection is cut.
 *
 * Only one direction is delayed here; the other end delays its own.
 *
 * @module
 */

import { Duplex } from 'node:stream'
import type { Clock } from '@sotto/protocol/clock'

/** What becomes of a piece of data that is about to be sent. */
export type Fate = 'cut' | { readonly delayMs: number }

export interface ChaoticStreamOptions {
  readonly inner: Duplex
  /** Of the wires: not the one of the node, which may stand still. */
  readonly clock: Clock
  readonly decide: () => Fate
}

type Done = (error?: Error | null) => void

export class ChaoticStream extends Duplex {
  readonly #inner: Duplex
  readonly #clock: Clock
  readonly #decide: () => Fate
  /** Pieces that are on their way. */
  #travelling = 0
  #lastArrivalMs = 0
  #whenArrived: (() => void) | undefined

  constructor({ inner, clock, decide }: ChaoticStreamOptions) {
    super({ allowHalfOpen: false })
    this.#inner = inner
    this.#clock = clock
    this.#decide = decide
    inner.on('data', (chunk: Uint8Array) => {
      if (!this.push(chunk)) inner.pause()
    })
    inner.on('end', () => this.push(null))
    inner.on('error', () => this.destroy())
    inner.on('close', () => this.destroy())
  }

  override _read(): void {
    this.#inner.resume()
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    const fate = this.#decide()
    if (fate === 'cut') {
      this.destroy()
      done()
    } else if (fate.delayMs === 0 && this.#travelling === 0) {
      this.#inner.write(chunk, done)
    } else {
      this.#send(chunk, fate.delayMs)
      done()
    }
  }

  override _final(done: Done): void {
    const end = (): void => void this.#inner.end(done)
    if (this.#travelling === 0) end()
    else this.#whenArrived = end
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#inner.destroy()
    done(error)
  }

  #send(chunk: Uint8Array, delayMs: number): void {
    const nowMs = this.#clock.now()
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, nowMs + delayMs)
    this.#travelling += 1
    this.#clock.after(this.#lastArrivalMs - nowMs, () => this.#arrive(chunk))
  }

  #arrive(chunk: Uint8Array): void {
    this.#travelling -= 1
    if (this.destroyed) return
    this.#inner.write(chunk)
    if (this.#travelling === 0) this.#whenArrived?.()
  }
}
