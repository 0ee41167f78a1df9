/**
 * What waits until its recipient's keys are known (spec 12 §4.5): held as contents, tried again by itself, less often each time, and
 * never sealed in a lesser form because a fetch failed. Sealing and delivering are `Sender`.
 *
 * @module
 */
import type { Account, AccountId } from '@sotto/crypto/identity'
import { type Content, ContentSchema, decodeProtobuf } from '@sotto/protocol/session'
import { encodeTimedContent } from '@sotto/protocol/session'
import type { ClientErrorCode } from '../../errors.ts'
import type { MessageName } from '../../storage/history-message.ts'
import type { History } from '../../storage/history.ts'
import type { WaitingContent } from '../../storage/waiting-content-table.ts'
import type { NetworkTime } from '../network/network-clock.ts'

/** Spec 12 §4.5. */
const PAUSE_FIRST_MS = 30_000
/** Spec 12 §4.5. */
const PAUSE_MAX_MS: number = 15 * 60_000
/** Spec 12 §4.5. */
const WAIT_MAX_MS: number = 14 * 86_400_000
/** Of one round. */
const ACCOUNTS_MAX = 8

export interface KeyQueueParts {
  readonly account: Account
  readonly history: History
  readonly time: NetworkTime
}

export interface ContentToHold extends Pick<
  WaitingContent,
  'account' | 'sentAtMs' | 'timer' | 'reason'
> {
  readonly content: Content
}

export class KeyQueue {
  readonly #parts: KeyQueueParts
  /** A program that starts tries all at once. */
  #isFirst = true

  constructor(parts: KeyQueueParts) {
    this.#parts = parts
  }

  /** Inside of the transaction that shows it. Whether it is held. */
  hold({ content, ...held }: ContentToHold): boolean {
    const { account, history, time } = this.#parts
    if (!staysTrue(content)) return false
    return history.waiting.add({
      ...held,
      content: encodeTimedContent(content, held.sentAtMs),
      isShown: history.messages.findByAuthor(account.accountId, held.sentAtMs).length > 0,
      attempts: 1,
      nextAtMs: time.now() + PAUSE_FIRST_MS,
    })
  }

  /** To whom something may go now: whose keys are known by now, or whose pause is over. */
  listDue(isReady: (account: AccountId) => boolean): readonly AccountId[] {
    const { history, time } = this.#parts
    const isFirst = this.#isFirst
    this.#isFirst = false
    const nowMs = time.now()
    const isDue = (account: AccountId): boolean =>
      history.waiting.list(account).some(({ nextAtMs }) => nextAtMs <= nowMs)
    return history.waiting
      .listAccounts()
      .filter((account) => isFirst || isReady(account) || isDue(account))
      .slice(0, ACCOUNTS_MAX)
  }

  postpone(account: AccountId, reason: ClientErrorCode): void {
    const { history, time } = this.#parts
    const attempts = Math.max(0, ...history.waiting.list(account).map((each) => each.attempts)) + 1
    const pauseMs = Math.min(PAUSE_MAX_MS, PAUSE_FIRST_MS * 2 ** Math.min(attempts - 1, 16))
    history.waiting.postpone(account, { reason, attempts, nextAtMs: time.now() + pauseMs })
  }

  /** Inside of the transaction that queues what is sealed of it; nothing if it must not go out any more. */
  take({ sentAtMs, content, isShown }: WaitingContent): Content | undefined {
    const { account, history } = this.#parts
    if (!history.waiting.take(sentAtMs)) return undefined
    const isGone = history.messages.findByAuthor(account.accountId, sentAtMs).length === 0
    if (isShown && isGone) return undefined
    const decoded = decodeProtobuf(ContentSchema, content)
    return decoded.ok ? decoded.value : undefined
  }

  /** What waited for as long as any swarm would have kept it counts as failed. */
  giveUpOld(): readonly MessageName[] {
    const { account, history, time } = this.#parts
    return history.transaction(() =>
      history.waiting.listOlder(time.now() - WAIT_MAX_MS).flatMap(({ sentAtMs }) => {
        history.waiting.take(sentAtMs)
        const shown = history.messages.findByAuthor(account.accountId, sentAtMs)
        for (const message of shown) history.messages.setState(message, 'failed')
        return shown
      }),
    )
  }
}

/** That somebody types or calls is over when the keys come. */
function staysTrue({ dataMessage, unsendRequest, messageRequestResponse }: Content): boolean {
  return [dataMessage, unsendRequest, messageRequestResponse].some((part) => part !== undefined)
}
