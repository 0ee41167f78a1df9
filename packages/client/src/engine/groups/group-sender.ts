/**
 * Sends contents into groups, and what an earlier run could not finish (ADR 0006). The sealed bytes are stored before the
 * first packet leaves, so that a restart sends the same bytes and a swarm sees one message.
 *
 * @module
 */
import { deriveMessageHash } from '@sotto/crypto/hash'
import { type Result, err, ok } from '@sotto/crypto/result'
import { type GroupId, parseGroupKey } from '@sotto/protocol/config'
import {
  type Content,
  type ConversationTimer,
  TIMER_MAX_SECONDS,
  TIMER_OFF,
} from '@sotto/protocol/session'
import { ClientError } from '../../errors.ts'
import type { OutboxEntry } from '../../storage/outbox-table.ts'
import { verifyReceipt } from '../messaging/store-receipt.ts'
import { type Path, describePath } from '../paths/path.ts'
import { computeLife } from '../sending/message-life.ts'
import type { SentContent } from '../sending/sender.ts'
import { callGroup, type GroupAnswer } from './call-group.ts'
import { sealContent } from './compose-notice.ts'
import { composeStore } from './compose-requests.ts'
import { GROUP_MESSAGES_NAMESPACE } from './group-namespaces.ts'
import type { GroupParts } from './group-parts.ts'
import type { OpenGroup, OpenGroups } from './open-groups.ts'

/** ADR 0006. A single member could say that it keeps a message and drop it. */
const KEEPERS_WANTED = 2

export interface GroupContentToSend {
  readonly to: GroupId
  /** Gets the time under which the content goes out, and the group's timer, which has to stand in it. */
  readonly compose: (sentAtMs: number, timer: ConversationTimer) => Content
  /** In the same transaction as the outbox: what the history shows of it. */
  readonly keep?: (entry: OutboxEntry, timer: ConversationTimer) => void
}

interface StoredEntry {
  readonly storedOn: readonly string[]
  readonly path: Path
}

export class GroupSender {
  readonly #parts: GroupParts
  readonly #groups: OpenGroups
  /** Entries that this process is sending, so that `resume` leaves them alone. */
  readonly #busy = new Set<string>()

  constructor(parts: GroupParts, groups: OpenGroups) {
    this.#parts = parts
    this.#groups = groups
  }

  /** Resolves when members of the group's swarm proved that they keep it. */
  async send(outgoing: GroupContentToSend): Promise<Result<SentContent, ClientError>> {
    const { swarms } = this.#parts
    const group = this.#groups.find(outgoing.to)
    if (group === undefined) return err(new ClientError('group_unknown'))
    // The answer carries the network's time, which goes into the message; whether it comes is seen below.
    await swarms.find(group.access.accountBytes)
    const entry = this.#queue(group, outgoing)
    if (!entry.ok) return entry
    const stored = await this.#deliver(group, entry.value, 'failed')
    if (!stored.ok) return stored
    const { hash: messageHash, sentAtMs } = entry.value
    const { storedOn, path } = stored.value
    return ok({ messageHash, path: describePath(path), storedOn, sentAtMs })
  }

  /** Sends what an earlier run left unfinished; what does not go out now waits for the next time. */
  async resume(): Promise<number> {
    const entries = this.#parts.history.outbox.listWaitingInGroups()
    let sent = 0
    for (const entry of entries.filter(({ hash }) => !this.#busy.has(hash))) {
      const id = parseGroupKey(entry.account)
      const group = id && this.#groups.find(id)
      if (group === undefined) this.#noteFailed(entry)
      else if ((await this.#deliver(group, entry, 'queued')).ok) sent += 1
    }
    return sent
  }

  #queue(
    group: OpenGroup,
    { compose, keep }: GroupContentToSend,
  ): Result<OutboxEntry, ClientError> {
    const { history, time } = this.#parts
    return history.transaction(() => {
      const sentAtMs = history.outbox.reserveTime(time.now())
      const timer = findTimer(group)
      const sealed = sealContent(
        group,
        { content: compose(sentAtMs, timer), sentAtMs },
        this.#parts,
      )
      if (!sealed.ok) return sealed
      const entry = createEntry(group, sealed.value, { sentAtMs, timer })
      this.#busy.add(entry.hash)
      history.outbox.add(entry)
      keep?.(entry, timer)
      return ok(entry)
    })
  }

  async #deliver(
    group: OpenGroup,
    entry: OutboxEntry,
    otherwise: 'queued' | 'failed',
  ): Promise<Result<StoredEntry, ClientError>> {
    const { outbox } = this.#parts.history
    this.#busy.add(entry.hash)
    outbox.setState(entry.hash, 'sending')
    const stored = await this.#store(group, entry)
    this.#busy.delete(entry.hash)
    if (stored.ok) this.#noteStored(entry)
    else if (!stored.error.isRetryable || otherwise === 'failed') this.#noteFailed(entry)
    else outbox.setState(entry.hash, 'queued')
    return stored
  }

  async #store(
    { access }: OpenGroup,
    { hash, data, sentAtMs, ttlMs }: OutboxEntry,
  ): Promise<Result<StoredEntry, ClientError>> {
    const storedOn = new Set<string>()
    let path: Path | undefined
    const store = { namespace: GROUP_MESSAGES_NAMESPACE, data, sentAtMs, ttlMs }
    const isEnough = (answer: GroupAnswer): boolean => {
      const { results, members } = answer
      for (const id of verifyReceipt({ reply: results[0]?.body, hash, members })) storedOn.add(id)
      if (storedOn.size > 0) path = answer.path
      return storedOn.size >= Math.min(KEEPERS_WANTED, members.length)
    }
    const call = {
      account: access.accountBytes,
      compose: (nowMs: number) => [composeStore(access, store, nowMs)],
      isEnough,
    }
    const answer = await callGroup(call, this.#parts)
    if (path !== undefined) return ok({ storedOn: [...storedOn], path })
    return answer.ok ? err(new ClientError('not_stored')) : answer
  }

  #noteStored({ hash, account: conversation, sentAtMs, ttlMs }: OutboxEntry): void {
    const { account, history } = this.#parts
    history.transaction(() => {
      history.outbox.setState(hash, 'sent')
      // What we stored need not be opened when it comes back.
      history.arrivals.markSeen(hash, sentAtMs + ttlMs)
      history.messages.setState({ conversation, author: account.accountId, sentAtMs }, 'sent', hash)
    })
  }

  #noteFailed({ hash, account: conversation, sentAtMs }: OutboxEntry): void {
    const { account, history } = this.#parts
    history.transaction(() => {
      history.outbox.setState(hash, 'failed')
      history.messages.setState({ conversation, author: account.accountId, sentAtMs }, 'failed')
    })
  }
}

function createEntry(
  { id, access }: OpenGroup,
  data: Uint8Array,
  { sentAtMs, timer }: { readonly sentAtMs: number; readonly timer: ConversationTimer },
): OutboxEntry {
  const place = { account: access.accountBytes, namespace: GROUP_MESSAGES_NAMESPACE, data }
  const { ttlMs } = computeLife(timer)
  return { hash: deriveMessageHash(place), account: id, data, sentAtMs, ttlMs, state: 'queued' }
}

/** Always from sending (spec 14 §5.3). */
export function findTimer({ configs }: OpenGroup): ConversationTimer {
  const { expirySeconds: seconds } = configs.info
  if (seconds <= 0 || seconds > TIMER_MAX_SECONDS) return TIMER_OFF
  return { mode: 'after_send', seconds }
}
