/**
 * Looks again and again whether every acknowledged message can be had from the swarm of its receiver, while other steps go
 * on.
 *
 * A swarm may change between two questions to its members, and a client would ask again; so a message counts as lost when it
 * was not there in two looks in succession.
 *
 * @module
 */

import type { Cancel, Clock } from '@sotto/protocol/clock'
import type { ReplicaCounts } from './inspect-replicas.ts'

export interface LossWatchOptions {
  readonly clock: Clock
  readonly inspect: () => Promise<ReplicaCounts>
}

export interface LossCounts {
  readonly looks: number
  /** The most at one time. */
  readonly lost: number
}

const LOOK_MS = 1000
const AGAIN_MS = 500

export class LossWatch implements Disposable {
  readonly #options: LossWatchOptions
  #looks = 0
  #lost = 0
  #isOver = false
  #current: Promise<void> = Promise.resolve()
  #cancel: Cancel = () => undefined

  constructor(options: LossWatchOptions) {
    this.#options = options
  }

  start(): void {
    this.#cancel = this.#options.clock.after(LOOK_MS, () => {
      this.#current = this.#look().finally(() => {
        if (!this.#isOver) this.start()
      })
    })
  }

  /** Ends the watch. */
  async stop(): Promise<LossCounts> {
    this[Symbol.dispose]()
    await this.#current
    return { looks: this.#looks, lost: this.#lost }
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#cancel()
  }

  async #look(): Promise<void> {
    const first = await this.#options.inspect()
    this.#looks += 1
    if (first.lost === 0) return
    await new Promise<void>((resolve) => void this.#options.clock.after(AGAIN_MS, resolve))
    const second = await this.#options.inspect()
    this.#lost = Math.max(this.#lost, Math.min(first.lost, second.lost))
  }
}
