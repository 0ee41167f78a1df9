/**
 * Opens what came from the swarm and decides what is kept (spec 05 §5.3). Anybody can have put it there (trap 26): what
 * does not open, is not meant for us, or goes beyond the bounds is marked as seen and forgotten.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { RetrievedMessage } from '@sotto/protocol/rpc'
import {
  type OpenedText,
  TEXT_MAX_CODE_POINTS,
  countCodePoints,
  openMessage,
} from '@sotto/protocol/session'
import type { Cursor, Message, MessageStore } from '../../ports/index.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import {
  STRANGER_CONVERSATIONS_MAX,
  STRANGER_MESSAGES_MAX,
  STRANGER_MESSAGES_TOTAL_MAX,
} from './limits.ts'

export interface InboxParts {
  readonly account: Account
  readonly messages: MessageStore
  readonly time: NetworkTime
}

export interface Arrival {
  readonly messages: readonly RetrievedMessage[]
  /** How far this brings the node; kept together with the messages. */
  readonly cursor: Cursor
}

export class Inbox {
  readonly #parts: InboxParts
  #turn: Promise<unknown> = Promise.resolve()

  constructor(parts: InboxParts) {
    this.#parts = parts
  }

  /** Gives the messages that are new. One arrival at a time, so that no message is opened twice. */
  accept(arrival: Arrival): Promise<readonly Message[]> {
    const result = this.#turn.then(() => this.#accept(arrival))
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #accept({ messages, cursor }: Arrival): Promise<readonly Message[]> {
    const { messages: store } = this.#parts
    const unseen = await store.findUnseen(messages.map(({ hash }) => hash))
    const arrived = messages.filter(({ hash }) => unseen.has(hash))
    const opened = arrived.flatMap((message) => this.#open(message) ?? [])
    return store.commit({
      messages: await this.#keepWithinBounds(opened),
      seen: arrived.map(({ hash, expiryMs }) => ({ hash, expiresAtMs: expiryMs })),
      cursors: [cursor],
    })
  }

  #open({ hash, data }: RetrievedMessage): Message | undefined {
    const { account, time } = this.#parts
    const opened = openMessage({ account, bytes: data })
    if (!opened.ok || opened.value.kind !== 'text') return undefined
    const { text, sender, sentAtMs } = opened.value
    if (countCodePoints(text) > TEXT_MAX_CODE_POINTS) return undefined
    return {
      hash,
      author: sender,
      text,
      sentAtMs,
      receivedAtMs: time.now(),
      ...locate(opened.value, account.accountId),
    }
  }

  async #keepWithinBounds(messages: readonly Message[]): Promise<readonly Message[]> {
    const { messages: store } = this.#parts
    const strangers = { ...(await store.countStrangers()) }
    const received = new Map<AccountId, number>()
    const kept: Message[] = []
    for (const message of messages) {
      const { conversation } = message
      const counts = await store.countConversation(conversation)
      const isKnown = counts.sent > 0 || conversation === this.#parts.account.accountId
      if (!isKnown && message.direction === 'received') {
        const count = received.get(conversation) ?? counts.received
        if (count >= STRANGER_MESSAGES_MAX) continue
        if (strangers.messages >= STRANGER_MESSAGES_TOTAL_MAX) continue
        if (count === 0 && strangers.conversations >= STRANGER_CONVERSATIONS_MAX) continue
        received.set(conversation, count + 1)
        strangers.messages += 1
        if (count === 0) strangers.conversations += 1
      }
      kept.push(message)
    }
    return kept
  }
}

/** A copy of what we sent from another device belongs to the one we sent it to. */
function locate(
  { sender, syncTarget }: OpenedText,
  own: AccountId,
): Pick<Message, 'conversation' | 'direction'> {
  if (sender !== own) return { conversation: sender, direction: 'received' }
  const conversation = syncTarget ?? own
  return { conversation, direction: conversation === own ? 'received' : 'sent' }
}
