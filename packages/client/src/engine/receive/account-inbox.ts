/**
 * Takes what one member of the swarm gave for all namespaces of an account: configurations first, since they say whom we know, then
 * messages; all of it with the positions up to which the member was read, or nothing (spec 11 §6.3).
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import { ACCOUNT_CONFIGS } from '@sotto/protocol/config'
import { type RetrievedMessage, TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import { openMessage, readAction, readTimer } from '@sotto/protocol/session'
import type { MessageName } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import { type AccountConfigs, CONFIG_DOMAINS } from '../configs/account-configs.ts'
import type { NamespacePage } from '../messaging/retrieve-pages.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import { applyReceived } from './apply-received.ts'
import { isReadable, markReadUpTo } from './mark-read.ts'
import { NOTHING, type Outcome, type Received, type ReceiveParts } from './received.ts'
import { StrangerRoom } from './stranger-room.ts'

/** Spec 02 §2.1. */
const MESSAGES_NAMESPACE = 0

export interface AccountInboxParts {
  readonly account: Account
  readonly history: History
  readonly configs: AccountConfigs
  readonly time: NetworkTime
  readonly acceptsStrangers: () => boolean
  readonly takeGroupUpdate?: ReceiveParts['takeGroupUpdate']
}

export class AccountInbox {
  readonly #parts: AccountInboxParts

  constructor(parts: AccountInboxParts) {
    this.#parts = parts
  }

  /** `node` is the member's Ed25519 key in hex. */
  take(node: string, pages: readonly NamespacePage[]): Outcome {
    // Opening is the expensive part, and needs no transaction.
    const received = pages
      .filter(({ namespace }) => namespace === MESSAGES_NAMESPACE)
      .flatMap(({ messages }) => this.#openUnseen(messages))
    return this.#parts.configs.transact(() => {
      const merged = this.#mergeConfigs(pages)
      const outcomes = [merged, ...this.#applyAll(received)]
      this.#remember(node, pages)
      return {
        events: outcomes.flatMap(({ events }) => events),
        obsoleteHashes: outcomes.flatMap(({ obsoleteHashes }) => obsoleteHashes),
        readElsewhere: merged.readElsewhere,
      }
    })
  }

  #openUnseen(messages: readonly RetrievedMessage[]): readonly Received[] {
    const { arrivals } = this.#parts.history
    return messages
      .filter(({ hash }) => !arrivals.isSeen(hash))
      .flatMap((message) => this.#open(message) ?? [])
  }

  /** `undefined` for what does not open or asks for what cannot be: it is marked as seen and forgotten. */
  #open({ hash, expiryMs, data }: RetrievedMessage): Received | undefined {
    const opened = openMessage({ account: this.#parts.account, bytes: data })
    if (!opened.ok) return undefined
    const { sender, sentAtMs, syncTarget, content } = opened.value
    const action = readAction(content, sender)
    if (!action.ok || sentAtMs <= 0) return undefined
    const timer = readTimer(content)
    const base = { hash, expiryMs, sender, sentAtMs, timer, action: action.value }
    return syncTarget === undefined ? base : { ...base, syncTarget }
  }

  #mergeConfigs(pages: readonly NamespacePage[]): Outcome {
    const { configs, history, time } = this.#parts
    const changed = CONFIG_DOMAINS.filter((domain) => {
      const { namespace } = ACCOUNT_CONFIGS[domain]
      const page = pages.find((candidate) => candidate.namespace === namespace)
      return configs.merge(domain, page?.messages ?? [])
    })
    if (changed.length === 0) return NOTHING
    const declined = changed.includes('Contacts') ? this.#eraseDeclined() : []
    const { accounts, groups } = configs.convoInfo
    const nowMs = time.now()
    // Beyond, a position would read what has not been written yet, with each change of any other.
    const positions = [...accounts.list(), ...groups.list()].filter(([, { lastReadMs }]) =>
      isReadable(lastReadMs, nowMs),
    )
    const readElsewhere = changed.includes('ConvoInfoVolatile')
      ? positions.flatMap(([id, { lastReadMs }]) =>
          markReadUpTo(history, id, { lastReadMs, nowMs }),
        )
      : []
    const shown = [...configs.contacts.list(), ...configs.groups.groups.list()]
    return {
      events: [
        ...shown.map(([id]) => ({ kind: 'conversation' as const, conversation: id })),
        ...[...declined, ...readElsewhere].map(({ conversation, author, sentAtMs }) => ({
          kind: 'changed' as const,
          name: { conversation, author, sentAtMs },
        })),
      ],
      obsoleteHashes: [],
      readElsewhere,
    }
  }

  /** Requests that another device of ours has declined. */
  #eraseDeclined(): readonly MessageName[] {
    const { configs, history, time } = this.#parts
    const declined = configs.contacts
      .list()
      .filter(([, { isApproved, priority }]) => !isApproved && priority < 0)
    return declined.flatMap(([id]) => {
      const names = history.messages.listNames(id)
      if (names.length > 0) history.eraseConversation(id, time.now() + 2 * TTL_MAX_PUBLIC_INBOX_MS)
      return names
    })
  }

  #applyAll(received: readonly Received[]): readonly Outcome[] {
    if (received.length === 0) return []
    const { account, history, configs, time, acceptsStrangers, takeGroupUpdate } = this.#parts
    const { contacts } = configs
    const own = account.accountId
    const parts: ReceiveParts = {
      own,
      history,
      contacts,
      acceptsStrangers: acceptsStrangers(),
      room: new StrangerRoom(history.messages.count(), contacts, own),
      nowMs: time.now(),
      ...(takeGroupUpdate && { takeGroupUpdate }),
    }
    return received.map((each) => applyReceived(each, parts))
  }

  #remember(node: string, pages: readonly NamespacePage[]): void {
    const { account, history } = this.#parts
    for (const { namespace, messages, lastHash } of pages) {
      if (lastHash === undefined) continue
      history.arrivals.putCursor({ node, account: account.accountId, namespace }, lastHash)
      if (namespace !== MESSAGES_NAMESPACE) continue
      for (const { hash, expiryMs } of messages) history.arrivals.markSeen(hash, expiryMs)
    }
  }
}
