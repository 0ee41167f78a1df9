/**
 * Takes what one member of the swarm gave for all namespaces of an account: configurations first, since they say whom we know, then
 * messages; all of it with the positions up to which the member was read, or nothing (spec 11 §6.3).
 *
 * @module
 */
import type { Account } from '@sotto/crypto/identity'
import { ACCOUNT_CONFIGS } from '@sotto/protocol/config'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { AccountKey } from '@sotto/protocol/session-v2'
import type { MessageName } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import { type AccountConfigs, CONFIG_DOMAINS } from '../configs/account-configs.ts'
import type { NamespacePage } from '../messaging/retrieve-pages.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import { noteForm } from '../secrecy/note-form.ts'
import { applyReceived } from './apply-received.ts'
import { isReadable, markReadUpTo } from './mark-read.ts'
import { openReceived, type StoredMessage } from './open-received.ts'
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
  /** Takes what devices of the account say to each other, before everything else that came. */
  readonly takeDevices?: (pages: readonly NamespacePage[]) => void
  /** All that are held; without it only what needs none is opened. */
  readonly listKeys?: () => readonly AccountKey[]
}

interface OpenedPage {
  readonly received: readonly Received[]
  /** No key opened them yet. */
  readonly unopened: readonly StoredMessage[]
}

export class AccountInbox {
  readonly #parts: AccountInboxParts

  constructor(parts: AccountInboxParts) {
    this.#parts = parts
  }

  /** `node` is the member's Ed25519 key in hex. */
  take(node: string, pages: readonly NamespacePage[]): Outcome {
    // In a transaction of its own: read twice, it changes nothing more.
    this.#parts.takeDevices?.(pages)
    // Opening is the expensive part, and needs no transaction.
    const { arrivals } = this.#parts.history
    const unseen = pages
      .filter(({ namespace }) => namespace === MESSAGES_NAMESPACE)
      .flatMap(({ messages }) => messages.filter(({ hash }) => !arrivals.isSeen(hash)))
    const { received, unopened } = this.#openAll(unseen)
    return this.#parts.configs.transact(() => {
      const merged = this.#mergeConfigs(pages)
      const outcomes = [merged, ...this.#applyAll(received)]
      this.#remember(node, pages)
      this.#keepUnopened(unopened)
      return {
        events: outcomes.flatMap(({ events }) => events),
        obsoleteHashes: outcomes.flatMap(({ obsoleteHashes }) => obsoleteHashes),
        readElsewhere: merged.readElsewhere,
      }
    })
  }

  /** What no key opened before; for when there is another key. */
  retry(): Outcome {
    const { history } = this.#parts
    const waiting = history.unopened
      .list()
      .map(({ hash, data, expiresAtMs }) => ({ hash, data, expiryMs: expiresAtMs }))
    if (waiting.length === 0) return NOTHING
    const { received, unopened } = this.#openAll(waiting)
    const left = new Set(unopened.map(({ hash }) => hash))
    return this.#parts.configs.transact(() => {
      for (const { hash } of waiting) if (!left.has(hash)) history.unopened.erase(hash)
      const outcomes = this.#applyAll(received)
      return {
        events: outcomes.flatMap(({ events }) => events),
        obsoleteHashes: outcomes.flatMap(({ obsoleteHashes }) => obsoleteHashes),
        readElsewhere: [],
      }
    })
  }

  /** What does not open for good, or asks for what cannot be, is marked as seen and forgotten. */
  #openAll(messages: readonly StoredMessage[]): OpenedPage {
    const { account, listKeys } = this.#parts
    if (messages.length === 0) return { received: [], unopened: [] }
    const parts = { account, accountKeys: listKeys?.() ?? [] }
    const received: Received[] = []
    const unopened: StoredMessage[] = []
    for (const message of messages) {
      const opened = openReceived(message, parts)
      if (opened.ok) received.push(opened.value)
      else if (opened.error.code === 'session_v2_no_key') unopened.push(message)
    }
    return { received, unopened }
  }

  #keepUnopened(messages: readonly StoredMessage[]): void {
    const { history, time } = this.#parts
    if (messages.length === 0) return
    const receivedAtMs = time.now()
    for (const { hash, data, expiryMs } of messages) {
      const expiresAtMs = Math.min(expiryMs, receivedAtMs + TTL_MAX_PUBLIC_INBOX_MS)
      history.unopened.put({ hash, data, receivedAtMs, expiresAtMs })
    }
    history.unopened.prune(receivedAtMs)
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
    return received.flatMap((each) => [applyReceived(each, parts), this.#noteForm(each)])
  }

  /** Of what is shown: strangers who were refused leave nothing behind. */
  #noteForm({ sender, sentAtMs, form, action }: Received): Outcome {
    const { account, history } = this.#parts
    if (form === undefined || sender === account.accountId || action.kind !== 'message')
      return NOTHING
    const name = { conversation: sender, author: sender, sentAtMs }
    if (history.messages.find(name) === undefined) return NOTHING
    const note = { conversation: sender, direction: 'received' as const, form, sentAtMs }
    return { ...NOTHING, events: noteForm(note, history) }
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
