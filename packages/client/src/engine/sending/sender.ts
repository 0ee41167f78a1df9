/**
 * Sends contents, and what an earlier run could not finish (ADR 0006). The bytes are stored before the first packet leaves, so that
 * a restart sends the same bytes and a swarm sees one message.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import { TTL_MAX_PUBLIC_INBOX_MS } from '@sotto/protocol/rpc'
import { type Content, type ConversationTimer, TIMER_OFF } from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import type { MessageName } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import type { OutboxEntry } from '../../storage/outbox-table.ts'
import type { WaitingContent } from '../../storage/waiting-content-table.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { type StoreParts, type StoredReceipt, storeMessage } from '../messaging/store-message.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import { type PathHop, describePath } from '../paths/path.ts'
import { FIRST_VERSION_SEALS, type Seals } from '../secrecy/seal-content.ts'
import type { Secrecy } from '../secrecy/secrecy.ts'
import { composeEntries } from './compose-entries.ts'
import { KeyQueue } from './key-queue.ts'
import { computeLife } from './message-life.ts'

export interface SenderParts extends StoreParts {
  readonly account: Account
  readonly history: History
  readonly time: NetworkTime
  readonly randomness: Randomness
  /** Says in which form to seal; without it everything goes out in the first version. */
  readonly secrecy?: Pick<Secrecy, 'choose' | 'noteSent' | 'isReady'>
}

export interface ContentToSend {
  readonly to: AccountId
  /** Gets the time under which the content goes out. */
  readonly compose: (sentAtMs: number) => Content
  readonly timer?: ConversationTimer
  /** In the same transaction as the outbox: what the history shows of it. */
  readonly keep?: (entries: readonly OutboxEntry[], sentAtMs: number) => void
  /** Whether it fails rather than wait for the recipient's keys, because somebody else tries again. */
  readonly failsWithoutKeys?: boolean
}

export interface SentContent {
  readonly messageHash: string
  /** Guard, middle, exit. */
  readonly path: readonly PathHop[]
  /** Ed25519 keys in hex of the nodes that proved to keep the message. */
  readonly storedOn: readonly string[]
  readonly sentAtMs: number
}

interface ComposedContent {
  readonly to: AccountId
  readonly content: Content
  readonly sentAtMs: number
  readonly timer?: ConversationTimer
}

export class Sender {
  readonly #parts: SenderParts
  /** Entries that this process is sending, so that `resume` leaves them alone. */
  readonly #busy = new Set<string>()
  readonly #keyQueue: KeyQueue

  constructor(parts: SenderParts) {
    this.#parts = parts
    this.#keyQueue = new KeyQueue(parts)
  }

  /** Resolves when members of the recipient's swarm proved that they keep it; `awaiting_keys` if it goes out later. */
  async send(outgoing: ContentToSend): Promise<Result<SentContent, ClientError>> {
    // The answer carries the network's time, which goes into the message; whether it comes is seen below.
    await this.#parts.swarms.find(toAccountBytes(outgoing.to))
    const seals = await this.#chooseSeals(outgoing.to)
    if (!seals.ok) return err(this.#hold(outgoing, seals.error))
    // What was written before comes before.
    await this.#sendHeld(outgoing.to, seals.value)
    const entries = this.#queue(outgoing, seals.value)
    if (!entries.ok) return entries
    const [message, ...copies] = entries.value
    if (message === undefined) throw new Error('a content has an entry')
    const receipt = await this.#deliver(message, 'failed')
    if (!receipt.ok) {
      for (const { hash } of copies) this.#giveUp(hash)
      return receipt
    }
    for (const copy of copies) await this.#deliver(copy, 'queued')
    const { storedOn, path } = receipt.value
    const { hash, sentAtMs } = message
    return ok({ messageHash: hash, path: describePath(path), storedOn, sentAtMs })
  }

  /** Sends what waited for keys that are known by now, and gives the messages that are in another state. */
  async release(): Promise<readonly MessageName[]> {
    const { secrecy } = this.#parts
    const changed = [...this.#keyQueue.giveUpOld()]
    for (const to of this.#keyQueue.listDue((account) => secrecy?.isReady(account) ?? true)) {
      const seals = await this.#chooseSeals(to)
      if (seals.ok) changed.push(...(await this.#sendHeld(to, seals.value)))
      else this.#keyQueue.postpone(to, seals.error.code)
    }
    return changed
  }

  /** Sends what an earlier run left unfinished; what does not go out now waits for the next time. */
  async resume(): Promise<number> {
    const { outbox } = this.#parts.history
    await this.release()
    outbox.prune(this.#parts.time.now() - TTL_MAX_PUBLIC_INBOX_MS)
    const entries = outbox.listWaiting().filter(({ hash }) => !this.#busy.has(hash))
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

  async #chooseSeals(to: AccountId): Promise<Result<Seals, ClientError>> {
    return (await this.#parts.secrecy?.choose(to)) ?? ok(FIRST_VERSION_SEALS)
  }

  /** Nothing is sealed, because a lesser form would be all there is; the person sees what becomes of it. */
  #hold(outgoing: ContentToSend, reason: ClientError): ClientError {
    const { to, compose, timer = TIMER_OFF, keep, failsWithoutKeys = false } = outgoing
    const { account, history, time } = this.#parts
    return history.transaction(() => {
      const sentAtMs = history.outbox.reserveTime(time.now())
      const content = compose(sentAtMs)
      const refusal = this.#findRefusal(to, content, sentAtMs)
      if (refusal !== undefined) return refusal
      keep?.([], sentAtMs)
      const held = { account: to, content, sentAtMs, timer, reason: reason.code }
      if (!failsWithoutKeys && this.#keyQueue.hold(held))
        return new ClientError('awaiting_keys', reason.code, { cause: reason })
      for (const message of history.messages.findByAuthor(account.accountId, sentAtMs))
        history.messages.setState(message, 'failed')
      return reason
    })
  }

  /** What would not fit whatever the keys are; what was sealed to find out is thrown away. */
  #findRefusal(to: AccountId, content: Content, sentAtMs: number): ClientError | undefined {
    const { account: sender, randomness } = this.#parts
    const trial = { sender, to, content, sentAtMs, life: computeLife() }
    const entries = composeEntries(trial, randomness)
    return entries.ok ? undefined : entries.error
  }

  /** Oldest first; one that does not arrive keeps those behind it. */
  async #sendHeld(to: AccountId, seals: Seals): Promise<readonly MessageName[]> {
    const { account, history } = this.#parts
    const changed: MessageName[] = []
    for (const waiting of history.waiting.list(to)) {
      const entries = this.#queueHeld(waiting, seals)
      const [message, ...copies] = entries
      changed.push(...history.messages.findByAuthor(account.accountId, waiting.sentAtMs))
      if (message === undefined) continue
      const receipt = await this.#deliver(message, 'queued')
      if (!receipt.ok) {
        for (const { hash } of copies) this.#busy.delete(hash)
        break
      }
      for (const copy of copies) await this.#deliver(copy, 'queued')
    }
    return changed
  }

  #queueHeld(waiting: WaitingContent, seals: Seals): readonly OutboxEntry[] {
    const { account: to, sentAtMs, timer } = waiting
    const { account, history } = this.#parts
    return history.transaction(() => {
      const content = this.#keyQueue.take(waiting)
      if (content === undefined) return []
      const entries = this.#seal({ to, content, sentAtMs, timer }, seals)
      if (entries.ok) return entries.value
      for (const message of history.messages.findByAuthor(account.accountId, sentAtMs))
        history.messages.setState(message, 'failed')
      return []
    })
  }

  #queue(
    { to, compose, timer, keep }: ContentToSend,
    seals: Seals,
  ): Result<readonly OutboxEntry[], ClientError> {
    const { history, time } = this.#parts
    return history.transaction(() => {
      const sentAtMs = history.outbox.reserveTime(time.now())
      const content = compose(sentAtMs)
      const entries = this.#seal({ to, content, sentAtMs, ...(timer && { timer }) }, seals)
      if (entries.ok) keep?.(entries.value, sentAtMs)
      return entries
    })
  }

  /** Inside of a transaction. */
  #seal(
    { to, content, sentAtMs, timer }: ComposedContent,
    seals: Seals,
  ): Result<readonly OutboxEntry[], ClientError> {
    const { account: sender, history, randomness, secrecy } = this.#parts
    const outgoing = { sender, to, content, sentAtMs, life: computeLife(timer), seals }
    const entries = composeEntries(outgoing, randomness)
    if (!entries.ok) return entries
    for (const entry of entries.value) {
      this.#busy.add(entry.hash)
      history.outbox.add(entry)
    }
    if (content.dataMessage !== undefined) secrecy?.noteSent(to, seals.message, sentAtMs)
    return entries
  }

  async #deliver(
    entry: OutboxEntry,
    otherwise: 'queued' | 'failed',
  ): Promise<Result<StoredReceipt, ClientError>> {
    const { outbox } = this.#parts.history
    this.#busy.add(entry.hash)
    outbox.setState(entry.hash, 'sending')
    const receipt = await storeMessage(entry, this.#parts)
    this.#busy.delete(entry.hash)
    if (receipt.ok) this.#noteStored(entry)
    else if (!receipt.error.isRetryable || otherwise === 'failed') this.#noteFailed(entry)
    else outbox.setState(entry.hash, 'queued')
    return receipt
  }

  #noteStored({ hash, account, sentAtMs, ttlMs }: OutboxEntry): void {
    const { account: own, history } = this.#parts
    history.transaction(() => {
      history.outbox.setState(hash, 'sent')
      // Our own copy need not be opened when it comes back.
      if (account === own.accountId) history.arrivals.markSeen(hash, sentAtMs + ttlMs)
      // What our own swarm keeps is the copy; that is the one to delete later.
      const kept = account === own.accountId ? hash : undefined
      for (const message of history.messages.findByAuthor(own.accountId, sentAtMs))
        history.messages.setState(message, 'sent', kept)
    })
  }

  #noteFailed({ hash, account, sentAtMs }: OutboxEntry): void {
    const { account: own, history } = this.#parts
    history.transaction(() => {
      history.outbox.setState(hash, 'failed')
      for (const message of history.messages.findByAuthor(own.accountId, sentAtMs))
        if (message.conversation === account) history.messages.setState(message, 'failed')
    })
  }

  #giveUp(hash: string): void {
    this.#busy.delete(hash)
    this.#parts.history.outbox.setState(hash, 'failed')
  }
}
