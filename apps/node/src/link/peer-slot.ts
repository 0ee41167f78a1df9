/**
 * What a node has towards one other node: the link that is used, and when to dial again (spec 06 §2, §3.5).
 *
 * @module
 */

import type { Clock } from '@sotto/protocol/clock'
import { DialBackoff } from './dial-backoff.ts'
import type { LinkConnection } from './link-connection.ts'

export type Dialler = 'self' | 'peer'

/** Two links that begin within this time were dialled at once; a later one takes the place of one that the peer lost. */
const SIMULTANEOUS_MS = 10_000

interface Chosen {
  readonly connection: LinkConnection
  readonly dialler: Dialler
  readonly sinceMs: number
}

export class PeerSlot {
  readonly #clock: Clock
  /** Whose dial counts when both dialled: the one with the smaller key (spec 06 §2). */
  readonly #preferred: Dialler
  readonly #open = new Set<LinkConnection>()
  #chosen: Chosen | undefined
  readonly #backoff: DialBackoff

  constructor(clock: Clock, preferred: Dialler) {
    this.#clock = clock
    this.#preferred = preferred
    this.#backoff = new DialBackoff(clock)
  }

  get usable(): LinkConnection | undefined {
    return this.#chosen?.connection.isUsable === true ? this.#chosen.connection : undefined
  }

  /** All that are not closed yet, retired ones too. */
  get open(): ReadonlySet<LinkConnection> {
    return this.#open
  }

  get mayDial(): boolean {
    return this.#backoff.isOver
  }

  /** Takes a new link, and retires the one of two that is not to be used. */
  adopt(connection: LinkConnection, dialler: Dialler): void {
    this.#backoff.noteSuccess()
    this.#open.add(connection)
    void connection.closed.then(() => this.#open.delete(connection))
    const added = { connection, dialler, sinceMs: this.#clock.now() }
    const current = this.#chosen
    if (current?.connection.isUsable === true && this.#isKept(current, added)) {
      connection.retire()
      return
    }
    this.#chosen = added
    current?.connection.retire()
  }

  noteFailedDial(): void {
    this.#backoff.noteFailure()
  }

  #isKept(current: Chosen, added: Chosen): boolean {
    if (current.dialler === added.dialler) return false
    const isSimultaneous = added.sinceMs - current.sinceMs < SIMULTANEOUS_MS
    return isSimultaneous && current.dialler === this.#preferred
  }
}
