/**
 * The groups of an account. What changes which groups it is in is told to its other devices at once.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type { Result } from '@sotto/crypto/result'
import type { GroupId, Picture } from '@sotto/protocol/config'
import type { ClientError } from '../errors.ts'
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
  readonly #share: () => Promise<ClientError | undefined>

  constructor(actions: GroupActions, share: () => Promise<ClientError | undefined>) {
    this.#actions = actions
    this.#share = share
  }

  /** Joined, and neither left, kicked nor destroyed. */
  list(): readonly GroupId[] {
    return this.#actions.list()
  }

  describe(id: GroupId): GroupView | undefined {
    return this.#actions.describe(id)
  }

  create(group: GroupToCreate): Promise<Result<GroupId, ClientError>> {
    return this.#thenShare(this.#actions.create(group))
  }

  acceptInvite(id: GroupId): Done {
    return this.#thenShare(Promise.resolve(this.#actions.acceptInvite(id)))
  }

  /** Nobody is told. */
  declineInvite(id: GroupId): Done {
    return this.#thenShare(Promise.resolve(this.#actions.declineInvite(id)))
  }

  invite(id: GroupId, wish: MembersToInvite): Done {
    return this.#actions.invite(id, wish)
  }

  promote(id: GroupId, members: readonly AccountId[]): Done {
    return this.#actions.promote(id, members)
  }

  remove(id: GroupId, wish: MembersToRemove): Done {
    return this.#actions.remove(id, wish)
  }

  rename(id: GroupId, name: string): Done {
    return this.#thenShare(this.#actions.rename(id, name))
  }

  setDescription(id: GroupId, description: string): Done {
    return this.#actions.setDescription(id, description)
  }

  setPicture(id: GroupId, picture: Picture | null): Done {
    return this.#actions.setPicture(id, picture)
  }

  /** In seconds; 0 for messages that stay. */
  setTimer(id: GroupId, expirySeconds: number): Done {
    return this.#actions.setTimer(id, expirySeconds)
  }

  /** For everybody: own messages, and for admins those of others. */
  deleteContent(id: GroupId, what: ContentToDelete): Promise<Result<GroupOutcome, ClientError>> {
    return this.#actions.deleteContent(id, what)
  }

  /** Lets everything go that was sent up to a moment, for everybody. */
  deleteBefore(id: GroupId, deleteBeforeSeconds: number): Done {
    return this.#actions.deleteBefore(id, deleteBeforeSeconds)
  }

  leave(id: GroupId): Done {
    return this.#thenShare(this.#actions.leave(id))
  }

  destroy(id: GroupId): Done {
    return this.#thenShare(this.#actions.destroy(id))
  }

  async #thenShare<T>(done: Promise<Result<T, ClientError>>): Promise<Result<T, ClientError>> {
    const result = await done
    // What cannot be shared now is shared with the next round.
    if (result.ok) await this.#share()
    return result
  }
}
