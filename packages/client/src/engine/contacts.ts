/**
 * Whom the account knows, and what it decided about them. What is changed is changed on this device at once; each method resolves when our
 * other devices can learn it, and gives why they cannot yet.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { err, ok, type Result } from '@sotto/crypto/result'
import type { Contact } from '@sotto/protocol/config'
import type { ConversationTimer } from '@sotto/protocol/session'
import type { ClientError } from '../errors.ts'
import { type ActionParts, findTimer } from './actions/action-parts.ts'
import {
  acceptContact,
  changeContact,
  declineContact,
  forgetContact,
} from './actions/change-contact.ts'
import { setTimer } from './actions/set-timer.ts'
import type { Closing } from './closing.ts'
import { queueForgetting } from './upkeep/forget-in-swarm.ts'

export interface SharingParts extends ActionParts {
  readonly share: () => Promise<ClientError | undefined>
  readonly closing: Closing
}

/** What a person may change of a contact without anybody being told. */
export type ContactChanges = Partial<
  Pick<Contact, 'nickname' | 'isBlocked' | 'notify' | 'mutedUntilSeconds' | 'priority'>
>

export class Contacts {
  readonly #parts: SharingParts

  constructor(parts: SharingParts) {
    this.#parts = parts
  }

  list(): readonly (readonly [AccountId, Contact])[] {
    return this.#parts.configs.contacts.list()
  }

  find(id: AccountId): Contact | undefined {
    return this.#parts.configs.contacts.find(id)
  }

  findTimer(id: AccountId): ConversationTimer {
    return findTimer(this.#parts, id)
  }

  accept(id: AccountId): Promise<ClientError | undefined> {
    return this.#parts.closing.change(async () => {
      const failure = await acceptContact(id, this.#parts)
      return (await this.#parts.share()) ?? failure
    })
  }

  /** Refuses a request: what was written goes, and whoever wrote it is not told. */
  decline(id: AccountId): Promise<ClientError | undefined> {
    return this.#parts.closing.change(() => {
      queueForgetting(declineContact(id, this.#parts), this.#parts.history)
      return this.#parts.share()
    })
  }

  /** The contact and all messages. */
  forget(id: AccountId): Promise<ClientError | undefined> {
    return this.#parts.closing.change(() => {
      queueForgetting(forgetContact(id, this.#parts), this.#parts.history)
      return this.#parts.share()
    })
  }

  change(id: AccountId, changes: ContactChanges): Promise<ClientError | undefined> {
    return this.#parts.closing.change(() => {
      changeContact(id, changes, this.#parts)
      return this.#parts.share()
    })
  }

  /** The other side is told. */
  setTimer(id: AccountId, timer: ConversationTimer): Promise<Result<void, ClientError>> {
    return this.#parts.closing.run(async () => {
      const sent = await setTimer(id, timer, this.#parts)
      if (!sent.ok) return sent
      const failure = await this.#parts.share()
      return failure === undefined ? ok(undefined) : err(failure)
    })
  }
}
