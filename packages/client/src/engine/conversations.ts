/**
 * What this device has, as a person sees it. Everything here answers at once, from the history.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Contact, type GroupId, parseGroupKey } from '@sotto/protocol/config'
import type { ClientError } from '../errors.ts'
import type { ConversationId, HistoryMessage, MessageName } from '../storage/history-message.ts'
import type { Gap } from '../storage/gap-table.ts'
import type { ConversationCount, PageQuery, SearchQuery } from '../storage/message-table.ts'
import type { Reaction } from '../storage/reaction-table.ts'
import { asAccount } from './actions/action-parts.ts'
import { findInfo, markRead, markUnread, sendReceipts } from './actions/mark-conversation.ts'
import { TOMBSTONE_MS } from './actions/react.ts'
import type { SharingParts } from './contacts.ts'
import { type Delivery, describeDelivery } from './sending/describe-delivery.ts'
import { queueForgetting } from './upkeep/forget-in-swarm.ts'
import { shareEnds, type SharedEndParts } from './upkeep/shared-ends.ts'

export interface Conversation {
  readonly id: ConversationId
  readonly kind: 'account' | 'note' | 'group'
  /** A nickname before the name that somebody chose; empty when nothing is known. */
  readonly name: string
  /** A stranger wrote, and nothing was decided. */
  readonly isRequest: boolean
  readonly isBlocked: boolean
  readonly isHidden: boolean
  readonly isPinned: boolean
  readonly isMuted: boolean
  readonly unread: number
  /** By the person, whatever was read. */
  readonly isMarkedUnread: boolean
  readonly latestMs: number
  readonly latest?: HistoryMessage
  readonly draft: string
}

export class Conversations {
  readonly #parts: SharingParts & SharedEndParts

  constructor(parts: SharingParts & SharedEndParts) {
    this.#parts = parts
  }

  /** Pinned ones first, then by their newest message. */
  list(): readonly Conversation[] {
    const { configs, history } = this.#parts
    const counts = new Map(history.messages.count().map((count) => [count.conversation, count]))
    const latest = new Map(
      history.messages.listLatest().map((message) => [message.conversation, message]),
    )
    const ids = new Set<ConversationId>([
      ...counts.keys(),
      ...configs.contacts.list().flatMap(([id, { isApproved }]) => (isApproved ? id : [])),
      ...configs.groups.groups.list().map(([id]) => id),
    ])
    return [...ids]
      .map((id) => this.#describe(id, { count: counts.get(id), latest: latest.get(id) }))
      .toSorted((a, b) => Number(b.isPinned) - Number(a.isPinned) || b.latestMs - a.latestMs)
  }

  /** Newest first. */
  messages(id: ConversationId, query: PageQuery): readonly HistoryMessage[] {
    return this.#parts.history.messages.list(id, query)
  }

  /** In all conversations, oldest first. */
  received(query: { readonly isUnreadOnly: boolean }): readonly HistoryMessage[] {
    return this.#parts.history.messages.listReceived(query)
  }

  search(query: SearchQuery): readonly HistoryMessage[] {
    return this.#parts.history.messages.search(query)
  }

  find(name: MessageName): HistoryMessage | undefined {
    return this.#parts.history.messages.find(name)
  }

  /** By its hash in our swarm, or by its time, in whatever conversation. */
  findAll(reference: string | number): readonly HistoryMessage[] {
    const { messages } = this.#parts.history
    if (typeof reference === 'number') return messages.findByTime(reference)
    const message = messages.findByHash(reference)
    return message === undefined ? [] : [message]
  }

  /** Where a message is on its way, and why it waits; nothing for one that is not here. */
  delivery(name: MessageName): Delivery | undefined {
    return describeDelivery(name, this.#parts.history)
  }

  reactions(name: MessageName): readonly Reaction[] {
    return this.#parts.history.reactions.list(name)
  }

  /** Times in which this device was away for so long that messages may have been lost, oldest first. */
  gaps(): readonly Gap[] {
    return this.#parts.history.gaps.list()
  }

  setDraft(id: ConversationId, text: string): void {
    this.#parts.history.drafts.put(id, text)
  }

  /** Up to and with what was sent at this time. Gives why other devices cannot learn it yet. */
  markRead(id: ConversationId, lastReadMs: number): Promise<ClientError | undefined> {
    return this.#parts.closing.change(async () => {
      const read = markRead(id, lastReadMs, this.#parts)
      const account = asAccount(id)
      if (account !== undefined) await sendReceipts(account, read, this.#parts)
      await shareEnds(read, this.#parts)
      return this.#parts.share()
    })
  }

  markUnread(id: ConversationId): Promise<ClientError | undefined> {
    return this.#parts.closing.change(() => {
      markUnread(id, this.#parts)
      return this.#parts.share()
    })
  }

  /** For us alone: on this device, and in our swarm, so that no device gets it that does not have it. */
  deleteHere(names: readonly MessageName[]): Promise<ClientError | undefined> {
    const { history, closing, share } = this.#parts
    return closing.change(() => {
      history.transaction(() => {
        for (const name of names) {
          const hash = history.messages.find(name)?.hash
          history.erase(name, name.sentAtMs + TOMBSTONE_MS)
          if (hash !== undefined) queueForgetting([hash], history)
        }
      })
      return share()
    })
  }

  #describe(
    id: ConversationId,
    {
      count,
      latest,
    }: {
      readonly count: ConversationCount | undefined
      readonly latest: HistoryMessage | undefined
    },
  ): Conversation {
    return {
      id,
      ...this.#describePartner(id),
      unread: count?.unread ?? 0,
      latestMs: count?.latestMs ?? 0,
      ...(latest && { latest }),
      draft: this.#parts.history.drafts.find(id),
    }
  }

  #describePartner(
    id: ConversationId,
  ): Omit<Conversation, 'id' | 'unread' | 'latestMs' | 'latest' | 'draft'> {
    const { account, configs } = this.#parts
    const group = parseGroupKey(id)
    if (group !== undefined) return this.#describeGroup(group)
    const own = asAccount(id) ?? account.accountId
    const isMarkedUnread = findInfo(id, this.#parts)?.isMarkedUnread === true
    if (id === account.accountId) {
      const { notePriority: priority } = configs.profile
      return { ...describeStanding({ priority }), kind: 'note', name: '', isMarkedUnread }
    }
    const contact = configs.contacts.find(own)
    return {
      ...describeStanding(contact ?? {}, this.#parts.time.now()),
      kind: 'account',
      name: this.#findName(own, contact),
      isRequest: contact?.isApproved !== true,
      isMarkedUnread,
    }
  }

  #describeGroup(
    id: GroupId,
  ): Omit<Conversation, 'id' | 'unread' | 'latestMs' | 'latest' | 'draft'> {
    const { configs, time } = this.#parts
    const group = configs.groups.groups.find(id)
    return {
      ...describeStanding(group ?? {}, time.now()),
      kind: 'group',
      name: group?.name ?? '',
      isRequest: group?.isInvitePending === true,
      isMarkedUnread: findInfo(id, this.#parts)?.isMarkedUnread === true,
    }
  }

  /** What this account calls somebody; empty when nothing is known. */
  nameOf(id: AccountId): string {
    return this.#findName(id, this.#parts.configs.contacts.find(id))
  }

  #findName(id: AccountId, contact: Contact | undefined): string {
    const known = this.#parts.history.profiles.find(id)?.name
    return [contact?.nickname, contact?.name, known].find((name) => name !== '' && name) ?? ''
  }
}

function describeStanding(
  {
    priority = 0,
    isBlocked = false,
    notify = 'default',
    mutedUntilSeconds = 0,
  }: {
    readonly priority?: number
    readonly isBlocked?: boolean
    readonly notify?: string
    readonly mutedUntilSeconds?: number
  },
  nowMs = 0,
): Pick<Conversation, 'isRequest' | 'isBlocked' | 'isHidden' | 'isPinned' | 'isMuted'> {
  return {
    isRequest: false,
    isBlocked,
    isHidden: priority < 0,
    isPinned: priority > 0,
    isMuted: notify === 'disabled' || mutedUntilSeconds * 1000 > nowMs,
  }
}
