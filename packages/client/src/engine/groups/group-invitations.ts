/**
 * What admins send to this account: invitations and promotions (spec 14 §6.2). Runs inside of the transaction in which the
 * account's messages are taken.
 *
 * @module
 */
import type { GroupId } from '@sotto/protocol/config'
import { type GroupInvite, readInvite, readPromotion } from '@sotto/protocol/group'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { GroupUpdateMessage } from '@sotto/protocol/session'
import { NOTHING, type Outcome, type Received } from '../receive/received.ts'
import type { GroupParts } from './group-parts.ts'
import type { OpenGroups } from './open-groups.ts'

const SECOND_MS = 1000
/** Spec 14 §6.2. Composed a while before it was stored, and kept as long as anything between accounts. */
const INVITE_LIFE_MS: number = 2 * TTL_MAX_PUBLIC_INBOX_MS
/** Spec 14 §6.2. Clocks differ; a time far ahead would outlast every memory of it. */
const INVITE_AHEAD_MS: number = 60 * 60 * SECOND_MS
/** Spec 14 §6.2. */
const PENDING_MAX = 100

export class GroupInvitations {
  readonly #parts: GroupParts
  readonly #groups: OpenGroups

  constructor(parts: GroupParts, groups: OpenGroups) {
    this.#parts = parts
    this.#groups = groups
  }

  /** A copy for our own devices says nothing that the account's configurations do not. */
  take(received: Received, update: GroupUpdateMessage): Outcome {
    const { account } = this.#parts
    const { sender, sentAtMs, hash } = received
    const member = account.accountId
    if (sender === member) return NOTHING
    const invite = readInvite(update, { member, sentAtMs })
    const changed = invite?.ok === true ? this.#invite(invite.value, received) : undefined
    const id = changed ?? this.#promote(update, received)
    if (id === undefined) return NOTHING
    // Our other devices have it from the configuration; whoever finds the message later must not act on it again.
    return {
      ...NOTHING,
      events: [{ kind: 'conversation', conversation: id }],
      obsoleteHashes: [hash],
    }
  }

  /** Strangers can make as many groups as they like, and each would be in the account's configuration. */
  #hasRoom(): boolean {
    const records = this.#parts.configs.groups.groups.list()
    return records.filter(([, { isInvitePending }]) => isInvitePending).length < PENDING_MAX
  }

  #invite({ groupId, name, authBytes }: GroupInvite, received: Received): GroupId | undefined {
    const { sender, sentAtMs } = received
    const { contacts, groups } = this.#parts.configs
    const isApproved = contacts.find(sender)?.isApproved === true
    const record = groups.groups.find(groupId)
    if (record === undefined && !isApproved && !this.#hasRoom()) return undefined
    if (!this.#isNew(groupId, sentAtMs)) return undefined
    // The seed opens more than any grant.
    if (record !== undefined && record.adminSeed !== null) return undefined
    const isKnown = record?.removed === 'no' && !record.isInvitePending
    if (!isKnown) this.#groups.forget(groupId)
    groups.groups.update(groupId, {
      ...(isKnown ? {} : { name }),
      memberAuth: authBytes,
      removed: 'no',
      isInvitePending: !isKnown && !isApproved,
      joinedAtSeconds: Math.floor(sentAtMs / SECOND_MS),
    })
    return groupId
  }

  /**
   * An invitation counts once. Nodes keep what they delivered and could deliver it again, to bring somebody back into a group
   * that he left.
   */
  #isNew(groupId: GroupId, sentAtMs: number): boolean {
    const { configs, history, time } = this.#parts
    const nowMs = time.now()
    if (sentAtMs < nowMs - INVITE_LIFE_MS || sentAtMs > nowMs + INVITE_AHEAD_MS) return false
    const name = `invited ${groupId} ${sentAtMs}`
    if (history.arrivals.isSeen(name)) return false
    history.arrivals.markSeen(name, sentAtMs + INVITE_LIFE_MS)
    // Also on devices that saw nothing of it: the last one that counted is in the account's configuration.
    const joinedAtSeconds = configs.groups.groups.find(groupId)?.joinedAtSeconds ?? 0
    return Math.floor(sentAtMs / SECOND_MS) > joinedAtSeconds
  }

  /** A stranger can only give a group of his own, which nobody asked for. */
  #promote(update: GroupUpdateMessage, { sender, sentAtMs }: Received): GroupId | undefined {
    const promotion = readPromotion(update)
    if (promotion?.ok !== true) return undefined
    const { groupId, name, admin } = promotion.value
    const { contacts, groups } = this.#parts.configs
    const record = groups.groups.find(groupId)
    const isMember = record?.removed === 'no'
    if (!isMember && contacts.find(sender)?.isApproved !== true) return undefined
    if (isMember && record.adminSeed !== null) return undefined
    if (!isMember && !this.#isNew(groupId, sentAtMs)) return undefined
    if (!isMember) this.#groups.forget(groupId)
    groups.groups.update(groupId, {
      ...(isMember ? {} : { name, joinedAtSeconds: Math.floor(sentAtMs / SECOND_MS) }),
      adminSeed: admin.signing.seed,
      memberAuth: null,
      removed: 'no',
    })
    return groupId
  }
}
