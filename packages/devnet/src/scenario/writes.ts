/**
 * Messages that the people of a scenario send to each other at a steady rate, and the record of what became of each.
 *
 * A message that failed is sent again after a while, as a new one with a text of its own, until one is acknowledged or its
 * time is over. Whether it arrives is for others to see.
 *
 * @module
 */

import type { Cancel, Clock } from '@sotto/protocol/clock'
import type { Person } from './people.ts'

/** A message that a member of the receiver's swarm proved to keep. */
export interface Acknowledged {
  readonly to: Person
  readonly hash: string
  /** No two are alike. */
  readonly text: string
}

export interface WritesOptions {
  readonly people: readonly Person[]
  readonly perSecond: number
  readonly clock: Clock
}

export interface WriteCounts {
  readonly acknowledged: number
  /** Given up, however often they were tried. */
  readonly failed: number
  /** Sent once more after a failure. */
  readonly retries: number
  /** Not begun, because too many were under way. */
  readonly skipped: number
  /** The longest from the first try of a message to its acknowledgement. */
  readonly slowestMs: number
}

/** How long a message is tried. */
const TRIES_MS = 60_000
const RETRY_MS = 500
const UNDER_WAY_MAX = 64
const SECOND_MS = 1000

export class Writes {
  readonly #options: WritesOptions
  readonly #acknowledged: Acknowledged[] = []
  readonly #deleted = new Set<Acknowledged>()
  readonly #underWay = new Set<Promise<void>>()
  readonly #waiting = new Set<() => void>()
  #failed = 0
  #retries = 0
  #skipped = 0
  #begun = 0
  #slowestMs = 0
  #isStopped = false
  #isGivenUp = false
  #cancel: Cancel = () => undefined

  constructor(options: WritesOptions) {
    this.#options = options
  }

  /** Without those that were deleted. */
  get acknowledged(): readonly Acknowledged[] {
    return this.#acknowledged.filter((message) => !this.#deleted.has(message))
  }

  get deleted(): readonly Acknowledged[] {
    return [...this.#deleted]
  }

  /** Their receiver deletes them: from now on nobody should have them. */
  noteDeleted(messages: readonly Acknowledged[]): void {
    for (const message of messages) this.#deleted.add(message)
  }

  get counts(): WriteCounts {
    return {
      acknowledged: this.#acknowledged.length,
      failed: this.#failed,
      retries: this.#retries,
      skipped: this.#skipped,
      slowestMs: this.#slowestMs,
    }
  }

  start(): void {
    const { clock, perSecond } = this.#options
    const begin = (): void => {
      if (this.#isStopped) return
      this.#cancel = clock.after(SECOND_MS / perSecond, begin)
      this.#beginOne()
    }
    begin()
  }

  /** Begins no more; resolves when those under way are acknowledged or given up. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#cancel()
    await Promise.all(this.#underWay)
  }

  /** Tries nothing once more. */
  giveUp(): void {
    this.#isStopped = true
    this.#isGivenUp = true
    this.#cancel()
  }

  /** Resolves when so many were acknowledged in all. */
  async waitFor(count: number): Promise<void> {
    if (this.#acknowledged.length >= count) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const look = (): void => {
      if (this.#acknowledged.length < count) return
      this.#waiting.delete(look)
      resolve()
    }
    this.#waiting.add(look)
    await promise
  }

  #beginOne(): void {
    if (this.#underWay.size >= UNDER_WAY_MAX) {
      this.#skipped += 1
      return
    }
    const number = this.#begun++
    const sending = this.#send(number).finally(() => this.#underWay.delete(sending))
    this.#underWay.add(sending)
  }

  /** Each writes to each other in turn. */
  #choosePair(number: number): { readonly from: Person; readonly to: Person } {
    const { people } = this.#options
    const place = number % people.length
    const round = Math.floor(number / people.length)
    const from = people[place]
    const to = people[(place + 1 + (round % (people.length - 1))) % people.length]
    if (from === undefined || to === undefined) throw new Error('two people are needed to write')
    return { from, to }
  }

  async #send(number: number): Promise<void> {
    const { clock } = this.#options
    const { from, to } = this.#choosePair(number)
    const startMs = clock.now()
    for (let tries = 1; ; tries += 1) {
      const text = `message ${number}, try ${tries}`
      const sent = await from.messenger.send({ to: to.account.accountId, text })
      if (sent.ok) {
        this.#slowestMs = Math.max(this.#slowestMs, clock.now() - startMs)
        this.#acknowledged.push({ to, hash: sent.value.messageHash, text })
        for (const look of this.#waiting) look()
        return
      }
      if (this.#isGivenUp || clock.now() >= startMs + TRIES_MS) break
      this.#retries += 1
      await new Promise<void>((resolve) => void clock.after(RETRY_MS, resolve))
    }
    this.#failed += 1
  }
}
