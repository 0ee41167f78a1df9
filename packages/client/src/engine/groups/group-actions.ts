/**
 * Everything that a messenger does with groups (spec 14). The account's own configurations change with some of it; bringing
 * them to the account's swarm is the messenger's part.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { GroupId, GroupInfo, Picture } from '@sotto/protocol/config'
import type { GroupNotice } from '@sotto/protocol/group'
import type { GroupUpdateMessage } from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import type { Outcome, Received } from '../receive/received.ts'
import type { SentContent } from '../sending/sender.ts'
import { changeInfo, deleteBefore } from './change-info.ts'
import { createGroup, type GroupToCreate } from './create-group.ts'
import { type ContentToDelete, deleteContent } from './delete-content.ts'
import type { GroupEvent, GroupOutcome } from './group-events.ts'
import { GroupInbox } from './group-inbox.ts'
import { GroupInvitations } from './group-invitations.ts'
import type { GroupParts } from './group-parts.ts'
import { GroupPoller } from './group-poller.ts'
import { type GroupContentToSend, GroupSender } from './group-sender.ts'
import { describeGroup, type GroupView } from './group-view.ts'
import { inviteMembers, type MembersToInvite } from './invite-members.ts'
import { destroyGroup, leaveGroup } from './leave-group.ts'
import { type GroupContext, type OpenGroup, OpenGroups } from './open-groups.ts'
import { promoteMembers } from './promote-members.ts'
import { type MembersToRemove, removeMembers } from './remove-members.ts'
import { tendGroup } from './tend-group.ts'

type Done = Promise<Result<void, ClientError>>

export class GroupActions {
  readonly #context: GroupContext
  readonly #poller: GroupPoller
  readonly #sender: GroupSender
  readonly #invitations: GroupInvitations

  constructor(parts: GroupParts) {
    const groups = new OpenGroups(parts)
    const inbox = new GroupInbox(parts, groups)
    this.#context = { parts, groups }
    this.#poller = new GroupPoller({ ...parts, groups, inbox })
    this.#sender = new GroupSender(parts, groups)
    this.#invitations = new GroupInvitations(parts, groups)
  }

  /** Those to poll: joined, and neither left, kicked nor destroyed. */
  list(): readonly GroupId[] {
    return this.#context.groups.list()
  }

  describe(groupId: GroupId): GroupView | undefined {
    const group = this.#context.groups.find(groupId)
    return group && describeGroup(group)
  }

  /** For `group` actions that came to the account, inside of the transaction that takes them. */
  takeFromAccount(received: Received, update: GroupUpdateMessage): Outcome {
    return this.#invitations.take(received, update)
  }

  /** One round: reads, and does what is owed. What could not be done is tried in the next. */
  poll(groupId: GroupId, memberCount: number): Promise<Result<readonly GroupEvent[], ClientError>> {
    const { groups } = this.#context
    return groups.takeTurn(groupId, async () => {
      const group = groups.find(groupId)
      if (group === undefined) return err(new ClientError('group_unknown'))
      const round = await this.#poller.poll(group, memberCount)
      if (!round.ok) return round
      const { events, obsoleteHashes } = round.value
      if (groups.find(groupId) === group) await tendGroup(group, this.#context, obsoleteHashes)
      return ok(events)
    })
  }

  /** After a round of the account: erases keys and configurations of groups that another device of it is out of. */
  forgetEnded(): void {
    this.#context.groups.forgetEnded()
  }

  /** Resolves when members of the group's swarm proved that they keep it. */
  send(outgoing: GroupContentToSend): Promise<Result<SentContent, ClientError>> {
    return this.#sender.send(outgoing)
  }

  /** Sends what an earlier run left unfinished. */
  resume(): Promise<number> {
    return this.#sender.resume()
  }

  create(group: GroupToCreate): Promise<Result<GroupId, ClientError>> {
    return createGroup(group, this.#context)
  }

  acceptInvite(groupId: GroupId): Result<void, ClientError> {
    return this.#answer(groupId, (groups) => {
      groups.update(groupId, { isInvitePending: false })
    })
  }

  /** Nobody is told. */
  declineInvite(groupId: GroupId): Result<void, ClientError> {
    return this.#answer(groupId, (groups) => {
      groups.erase(groupId)
    })
  }

  invite(groupId: GroupId, wish: MembersToInvite): Done {
    return this.#lead(groupId, (group) => inviteMembers(group, wish, this.#context))
  }

  promote(groupId: GroupId, members: readonly AccountId[]): Done {
    return this.#lead(groupId, (group) => promoteMembers(group, members, this.#context))
  }

  remove(groupId: GroupId, wish: MembersToRemove): Done {
    return this.#leadInTurn(groupId, (group) => removeMembers(group, wish, this.#context))
  }

  rename(groupId: GroupId, name: string): Done {
    if (name.trim() === '') return Promise.resolve(err(new ClientError('text_empty')))
    return this.#change(groupId, { name }, { kind: 'name_changed', name })
  }

  setDescription(groupId: GroupId, description: string): Done {
    return this.#change(groupId, { description })
  }

  /** 0 for messages that stay. */
  setTimer(groupId: GroupId, expirySeconds: number): Done {
    return this.#change(groupId, { expirySeconds }, { kind: 'expiry_changed', expirySeconds })
  }

  setPicture(groupId: GroupId, picture: Picture | null): Done {
    return this.#change(groupId, { picture }, { kind: 'picture_changed' })
  }

  /** Lets everything go that was sent up to a moment, for everybody. */
  deleteBefore(groupId: GroupId, deleteBeforeSeconds: number): Done {
    return this.#leadInTurn(groupId, (group) =>
      deleteBefore(group, deleteBeforeSeconds, this.#context),
    )
  }

  deleteContent(
    groupId: GroupId,
    what: ContentToDelete,
  ): Promise<Result<GroupOutcome, ClientError>> {
    return this.#inTurn(groupId, (group) => deleteContent(group, what, this.#context))
  }

  leave(groupId: GroupId): Done {
    return this.#inTurn(groupId, (group) => leaveGroup(group, this.#context))
  }

  destroy(groupId: GroupId): Done {
    return this.#leadInTurn(groupId, (group) => destroyGroup(group, this.#context))
  }

  #change(groupId: GroupId, changes: Partial<GroupInfo>, notice?: GroupNotice): Done {
    const change = notice === undefined ? { changes } : { changes, notice }
    return this.#leadInTurn(groupId, (group) => changeInfo(group, change, this.#context))
  }

  #answer(
    groupId: GroupId,
    change: (groups: GroupContext['parts']['configs']['groups']['groups']) => void,
  ): Result<void, ClientError> {
    const { configs } = this.#context.parts
    if (configs.groups.groups.find(groupId)?.isInvitePending !== true)
      return err(new ClientError('group_unknown'))
    configs.transact(() => {
      change(configs.groups.groups)
    })
    return ok(undefined)
  }

  #inTurn<T>(
    groupId: GroupId,
    work: (group: OpenGroup) => Promise<Result<T, ClientError>>,
  ): Promise<Result<T, ClientError>> {
    return this.#context.groups.takeTurn(groupId, async () => {
      const group = this.#context.groups.find(groupId)
      return group === undefined ? err(new ClientError('group_unknown')) : work(group)
    })
  }

  /** Takes its turns itself: what is sent to single accounts in between holds nobody up. */
  async #lead(groupId: GroupId, work: (group: OpenGroup) => Done): Done {
    const group = this.#context.groups.find(groupId)
    if (group === undefined) return err(new ClientError('group_unknown'))
    return group.access.admin === undefined ? err(new ClientError('group_not_admin')) : work(group)
  }

  #leadInTurn(groupId: GroupId, work: (group: OpenGroup) => Done): Done {
    return this.#lead(groupId, () => this.#inTurn(groupId, work))
  }
}
