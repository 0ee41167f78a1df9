/**
 * The groups of an account. What changes which groups it is in is told to its other devices at once.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Result } from '@sotto/crypto/result'
import type { GroupId, Picture } from '@sotto/protocol/config'
import type { ClientError } from '../errors.ts'
import type { SharingParts } from './contacts.ts'
import type {
  ContentToDelete,
  GroupActions,
  GroupOutcome,
  GroupToCreate,
  GroupView,
  MembersToInvite,
  MembersToRemove,
} from './groups/index.ts'

type Done = Promise<Result<void, ClientError>>

export class Groups {
  readonly #actions: GroupActions
  readonly #parts: SharingParts

  constructor(actions: GroupActions, parts: SharingParts) {
    this.#actions = actions
    this.#parts = parts
  }

  /** Joined, and neither left, kicked nor destroyed. */
  list(): readonly GroupId[] {
    return this.#actions.list()
  }

  describe(id: GroupId): GroupView | undefined {
    return this.#actions.describe(id)
  }

  create(group: GroupToCreate): Promise<Result<GroupId, ClientError>> {
    return this.#thenShare(() => this.#actions.create(group))
  }

  acceptInvite(id: GroupId): Done {
    return this.#thenShare(async () => this.#actions.acceptInvite(id))
  }

  /** Nobody is told. */
  declineInvite(id: GroupId): Done {
    return this.#thenShare(async () => this.#actions.declineInvite(id))
  }

  invite(id: GroupId, wish: MembersToInvite): Done {
    return this.#parts.closing.run(() => this.#actions.invite(id, wish))
  }

  promote(id: GroupId, members: readonly AccountId[]): Done {
    return this.#parts.closing.run(() => this.#actions.promote(id, members))
  }

  remove(id: GroupId, wish: MembersToRemove): Done {
    return this.#parts.closing.run(() => this.#actions.remove(id, wish))
  }

  rename(id: GroupId, name: string): Done {
    return this.#thenShare(() => this.#actions.rename(id, name))
  }

  setDescription(id: GroupId, description: string): Done {
    return this.#parts.closing.run(() => this.#actions.setDescription(id, description))
  }

  setPicture(id: GroupId, picture: Picture | null): Done {
    return this.#parts.closing.run(() => this.#actions.setPicture(id, picture))
  }

  /** In seconds; 0 for messages that stay. */
  setTimer(id: GroupId, expirySeconds: number): Done {
    return this.#parts.closing.run(() => this.#actions.setTimer(id, expirySeconds))
  }

  /** For everybody: own messages, and for admins those of others. */
  deleteContent(id: GroupId, what: ContentToDelete): Promise<Result<GroupOutcome, ClientError>> {
    return this.#parts.closing.run(() => this.#actions.deleteContent(id, what))
  }

  /** Lets everything go that was sent up to a moment, for everybody. */
  deleteBefore(id: GroupId, deleteBeforeSeconds: number): Done {
    return this.#parts.closing.run(() => this.#actions.deleteBefore(id, deleteBeforeSeconds))
  }

  leave(id: GroupId): Done {
    return this.#thenShare(() => this.#actions.leave(id))
  }

  destroy(id: GroupId): Done {
    return this.#thenShare(() => this.#actions.destroy(id))
  }

  #thenShare<T>(work: () => Promise<Result<T, ClientError>>): Promise<Result<T, ClientError>> {
    const { closing, share } = this.#parts
    return closing.run(async () => {
      const result = await work()
      // What cannot be shared now is shared with the next round.
      if (result.ok) await share()
      return result
    })
  }
}
