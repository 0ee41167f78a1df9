/**
 * Sends what was composed, and what an earlier run could not finish (ADR 0006). The bytes are stored before the first
 * packet leaves, so that a restart sends the same bytes and a swarm sees one message.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import type { ClientError } from '../../errors.ts'
import type { MessageStore, OutboxEntry, OutboxStore } from '../../ports/index.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import { type PathHop, describePath } from '../paths/path.ts'
import { toAccountBytes } from './account-bytes.ts'
import { checkText, composeOutgoing } from './outgoing-message.ts'
import { type StoreParts, type StoredReceipt, storeMessage } from './store-message.ts'

export interface OutboxParts extends StoreParts {
  readonly account: Account
  readonly messages: MessageStore
  readonly outbox: OutboxStore
  readonly time: NetworkTime
  readonly randomness: Randomness
}

export interface SentMessage {
  readonly messageHash: string
  /** Guard, middle, exit. */
  readonly path: readonly PathHop[]
  /** Ed25519 keys in hex of the nodes that proved to keep the message. */
  readonly storedOn: readonly string[]
  readonly sentAtMs: number
}

export class Outbox {
  readonly #parts: OutboxParts
  /** Entries that this process is sending, so that `resume` leaves them alone. */
  readonly #busy = new Set<string>()

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  async send(to: AccountId, text: string): Promise<Result<SentMessage, ClientError>> {
    const refusal = checkText(text)
    if (refusal !== undefined) return err(refusal)
    // The answer carries the network's time, which goes into the message; whether it comes is seen below.
    await this.#parts.swarms.find(toAccountBytes(to))
    const entries = await this.#queue(to, text)
    if (!entries.ok) return entries
    const [message, ...copies] = entries.value
    const receipt = await this.#deliver(message, 'failed')
    if (!receipt.ok) {
      for (const { hash } of copies) await this.#parts.outbox.setState(hash, 'failed')
      return receipt
    }
    for (const copy of copies) {
      const copied = await this.#deliver(copy, 'queued')
      if (copied.ok) await this.#markSeen(copy)
    }
    const { storedOn, path } = receipt.value
    const { hash, sentAtMs } = message
    return ok({ messageHash: hash, path: describePath(path), storedOn, sentAtMs })
  }

  /** Sends what an earlier run left unfinished; what does not go out now waits for the next time. */
  async resume(): Promise<number> {
    const { outbox, time } = this.#parts
    await outbox.prune(time.now() - TTL_MAX_PUBLIC_INBOX_MS)
    const waiting = await outbox.list(['queued', 'sending'])
    const entries = waiting.filter(({ hash }) => !this.#busy.has(hash))
    const groups = Map.groupBy(entries, ({ sentAtMs }) => sentAtMs)
    let sent = 0
    for (const group of groups.values()) sent += await this.#resumeGroup(group)
    return sent
  }

  /** A message and its copy have their time in common; the copy must not claim what did not happen. */
  async #resumeGroup(group: readonly OutboxEntry[]): Promise<number> {
    const own = this.#parts.account.accountId
    const ordered = group.toSorted((a, b) => Number(a.account === own) - Number(b.account === own))
    let sent = 0
    for (const entry of ordered) {
      const receipt = await this.#deliver(entry, 'queued')
      if (!receipt.ok) break
      sent += 1
    }
    return sent
  }

  async #queue(
    to: AccountId,
    text: string,
  ): Promise<Result<readonly [OutboxEntry, ...OutboxEntry[]], ClientError>> {
    const { account, outbox, messages, time, randomness } = this.#parts
    const nowMs = time.now()
    const sentAtMs = await outbox.reserveTime(nowMs)
    const entries = composeOutgoing({ sender: account, to, text, sentAtMs }, randomness)
    if (!entries.ok) return entries
    for (const { hash } of entries.value) this.#busy.add(hash)
    await outbox.add(entries.value)
    const [{ hash }] = entries.value
    const { accountId } = account
    // A note to ourselves comes back with the next poll, like any other message.
    if (to === accountId) return entries
    const message = { hash, conversation: to, author: accountId, text, sentAtMs }
    await messages.commit({
      messages: [{ ...message, direction: 'sent', receivedAtMs: nowMs }],
      seen: [],
      cursors: [],
    })
    return entries
  }

  async #deliver(
    entry: OutboxEntry,
    otherwise: 'queued' | 'failed',
  ): Promise<Result<StoredReceipt, ClientError>> {
    const { outbox } = this.#parts
    this.#busy.add(entry.hash)
    await outbox.setState(entry.hash, 'sending')
    const receipt = await storeMessage(entry, this.#parts)
    this.#busy.delete(entry.hash)
    const failed = !receipt.ok && !receipt.error.isRetryable ? 'failed' : otherwise
    await outbox.setState(entry.hash, receipt.ok ? 'sent' : failed)
    return receipt
  }

  /** Our own copy need not be opened when it comes back. */
  async #markSeen({ hash, sentAtMs }: OutboxEntry): Promise<void> {
    const expiresAtMs = sentAtMs + TTL_MAX_PUBLIC_INBOX_MS
    const seen = [{ hash, expiresAtMs }]
    await this.#parts.messages.commit({ messages: [], seen, cursors: [] })
  }
}
