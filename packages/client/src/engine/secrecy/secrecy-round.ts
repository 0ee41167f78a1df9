/**
 * The part of a round that belongs to spec 12: keys are tended, and what no key opened is tried again when there is another one.
 *
 * @module
 */
import type { AccountInbox } from '../receive/account-inbox.ts'
import { NOTHING, type Outcome } from '../receive/received.ts'
import type { DeviceEvent } from '../devices/device-event.ts'
import type { SecrecyEvent } from './note-form.ts'
import type { RoundSeen, Secrecy } from './secrecy.ts'

export class SecrecyRound {
  readonly #secrecy: Secrecy
  readonly #inbox: AccountInbox
  /** With which keys all that waits was tried; another program on this device may have brought new ones. */
  #tried: string | undefined

  constructor(secrecy: Secrecy, inbox: AccountInbox) {
    this.#secrecy = secrecy
    this.#inbox = inbox
  }

  tend(seen: RoundSeen): Promise<readonly (SecrecyEvent | DeviceEvent)[]> {
    return this.#secrecy.tend(seen)
  }

  retry(): Outcome {
    const held = this.#secrecy.ring.describe()
    if (held === this.#tried) return NOTHING
    this.#tried = held
    return this.#inbox.retry()
  }
}
