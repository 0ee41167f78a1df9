/**
 * A `MessageStore` in memory: the reference that other adapters are held against.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import type {
  ConversationCounts,
  CursorKey,
  InboxChange,
  Message,
  MessageQuery,
  MessageStore,
  StoredMessage,
  StrangerCounts,
} from '../ports/index.ts'

export class MemoryMessageStore implements MessageStore {
  readonly #messages = new Map<string, Message>()
  readonly #authorTimes = new Set<string>()
  readonly #read = new Set<string>()
  readonly #seen = new Map<string, number>()
  readonly #cursors = new Map<string, string>()

  commit({ messages, seen, cursors }: InboxChange): Promise<readonly Message[]> {
    const added = messages.filter((message) => this.#add(message))
    for (const { hash, expiresAtMs } of seen) this.#seen.set(hash, expiresAtMs)
    for (const cursor of cursors) this.#cursors.set(formatKey(cursor), cursor.hash)
    return Promise.resolve(added)
  }

  list({ conversation, direction, unreadOnly = false }: MessageQuery): Promise<StoredMessage[]> {
    const found = [...this.#messages.values()]
      .filter((message) => conversation === undefined || message.conversation === conversation)
      .filter((message) => direction === undefined || message.direction === direction)
      .filter((message) => !unreadOnly || !this.#read.has(message.hash))
      .toSorted((a, b) => computeOrder(a) - computeOrder(b))
    return Promise.resolve(found.map((message) => this.#describe(message)))
  }

  markRead(hashes: readonly string[]): Promise<void> {
    for (const hash of hashes) this.#read.add(hash)
    return Promise.resolve()
  }

  findUnseen(hashes: readonly string[]): Promise<ReadonlySet<string>> {
    const unseen = hashes.filter((hash) => !this.#messages.has(hash) && !this.#seen.has(hash))
    return Promise.resolve(new Set(unseen))
  }

  forgetSeen(nowMs: number, limit: number): Promise<void> {
    const kept = [...this.#seen]
      .filter(([, expiresAtMs]) => expiresAtMs >= nowMs)
      .toSorted(([, a], [, b]) => b - a)
      .slice(0, limit)
    this.#seen.clear()
    for (const [hash, expiresAtMs] of kept) this.#seen.set(hash, expiresAtMs)
    return Promise.resolve()
  }

  findCursor(key: CursorKey): Promise<string | undefined> {
    return Promise.resolve(this.#cursors.get(formatKey(key)))
  }

  deleteCursor(key: CursorKey): Promise<void> {
    this.#cursors.delete(formatKey(key))
    return Promise.resolve()
  }

  countConversation(conversation: AccountId): Promise<ConversationCounts> {
    const counts = { received: 0, sent: 0 }
    for (const message of this.#messages.values()) {
      if (message.conversation === conversation) counts[message.direction] += 1
    }
    return Promise.resolve(counts)
  }

  countStrangers(): Promise<StrangerCounts> {
    const messages = [...this.#messages.values()]
    const known = new Set(
      messages
        .filter(({ direction }) => direction === 'sent')
        .map(({ conversation }) => conversation),
    )
    const strange = messages.filter(({ conversation }) => !known.has(conversation))
    const conversations = new Set(strange.map(({ conversation }) => conversation))
    return Promise.resolve({ conversations: conversations.size, messages: strange.length })
  }

  #describe(message: Message): StoredMessage {
    return { ...message, isRead: this.#read.has(message.hash) }
  }

  #add(message: Message): boolean {
    const authorTime = `${message.author} ${message.sentAtMs}`
    if (this.#messages.has(message.hash) || this.#authorTimes.has(authorTime)) return false
    this.#messages.set(message.hash, message)
    this.#authorTimes.add(authorTime)
    return true
  }
}

function formatKey({ node, account, namespace }: CursorKey): string {
  return `${node} ${account} ${namespace}`
}

function computeOrder({ sentAtMs, receivedAtMs }: Message): number {
  return Math.min(sentAtMs, receivedAtMs)
}
