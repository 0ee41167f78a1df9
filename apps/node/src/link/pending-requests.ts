/**
 * The requests of this side that wait for an answer on one link: their ids, their time limits, and their end when the
 * link ends. Frames are read and written elsewhere.
 *
 * @module
 */

import { type Result, err } from '@sotto/crypto/result'
import type { Cancel, Clock } from '@sotto/protocol/clock'
import type { PeerFailure } from '../swarm/peer-client.ts'

export type PeerAnswer = Result<Uint8Array, PeerFailure>

interface Pending {
  readonly resolve: (answer: PeerAnswer) => void
  readonly cancel: Cancel
}

export interface PendingRequestsOptions {
  readonly clock: Clock
  /** Told when a request's time is over, so that the peer can be told too. */
  readonly onTimeout: (id: number) => void
}

/** Spec 06 §3.3: an id is never zero. */
const FIRST_ID = 1
const ID_MAX = 0xffff_ffff

export class PendingRequests {
  readonly #options: PendingRequestsOptions
  readonly #pending = new Map<number, Pending>()
  #nextId = FIRST_ID

  constructor(options: PendingRequestsOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#pending.size
  }

  start(timeoutMs: number): { readonly id: number; readonly answer: Promise<PeerAnswer> } {
    const id = this.#takeId()
    const { promise, resolve } = Promise.withResolvers<PeerAnswer>()
    const cancel = this.#options.clock.after(timeoutMs, () => {
      if (this.settle(id, err({ kind: 'timeout' }))) this.#options.onTimeout(id)
    })
    this.#pending.set(id, { resolve, cancel })
    return { id, answer: promise }
  }

  /** False for an id that nobody waits for any more. */
  settle(id: number, answer: PeerAnswer): boolean {
    const pending = this.#pending.get(id)
    if (pending === undefined) return false
    this.#pending.delete(id)
    pending.cancel()
    pending.resolve(answer)
    return true
  }

  failAll(kind: PeerFailure['kind']): void {
    for (const id of this.#pending.keys()) this.settle(id, err({ kind }))
  }

  // After four thousand million requests ids begin again, and an old request may still wait.
  #takeId(): number {
    while (this.#pending.has(this.#nextId)) this.#advance()
    const id = this.#nextId
    this.#advance()
    return id
  }

  #advance(): void {
    this.#nextId = this.#nextId === ID_MAX ? FIRST_ID : this.#nextId + 1
  }
}
