/**
 * Contents that wait for their recipient's keys (spec 12 §4.5): composed, and not sealed, because nobody knows yet in which form they
 * may be. There is an end to how many are kept and how much of them; what is refused here fails visibly at the sender's.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { TIMER_OFF, type ConversationTimer } from '@sotto/protocol/session'
import { CLIENT_ERRORS, type ClientErrorCode } from '../errors.ts'
import type { Database, SqlRow, SqlStatement } from '../ports/index.ts'
import { type ConversationId, readAuthor } from './history-message.ts'

/** Spec 12 §4.5. */
export const WAITING_MAX = 500
/** Spec 12 §4.5. */
export const WAITING_BYTES_MAX: number = 4 * 1024 * 1024

export interface WaitingContent {
  readonly account: AccountId
  /** No other content of the account has it. */
  readonly sentAtMs: number
  /** Encoded, with its time. */
  readonly content: Uint8Array
  readonly timer: ConversationTimer
  /** Whether the history shows a message for it; it goes where that one goes. */
  readonly isShown: boolean
  /** Why the keys are not known. */
  readonly reason: ClientErrorCode
  readonly attempts: number
  readonly nextAtMs: number
}

export class WaitingContentTable {
  readonly #add: SqlStatement
  readonly #measure: SqlStatement
  readonly #list: SqlStatement
  readonly #listAccounts: SqlStatement
  readonly #find: SqlStatement
  readonly #take: SqlStatement
  readonly #postpone: SqlStatement
  readonly #erase: SqlStatement
  readonly #listOld: SqlStatement

  constructor(database: Database) {
    this.#add = database.prepare('INSERT INTO waiting_contents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    this.#measure = database.prepare(
      'SELECT count(*) AS count, coalesce(sum(length(content)), 0) AS bytes FROM waiting_contents',
    )
    this.#list = database.prepare(
      'SELECT * FROM waiting_contents WHERE account = ? ORDER BY sent_at_ms',
    )
    this.#listAccounts = database.prepare(
      'SELECT account FROM waiting_contents GROUP BY account ORDER BY min(next_at_ms)',
    )
    this.#find = database.prepare('SELECT * FROM waiting_contents WHERE sent_at_ms = ?')
    this.#take = database.prepare('DELETE FROM waiting_contents WHERE sent_at_ms = ?')
    this.#postpone = database.prepare(
      'UPDATE waiting_contents SET reason = ?, attempts = ?, next_at_ms = ? WHERE account = ?',
    )
    this.#erase = database.prepare('DELETE FROM waiting_contents WHERE account = ?')
    this.#listOld = database.prepare(
      'SELECT * FROM waiting_contents WHERE sent_at_ms < ? ORDER BY sent_at_ms',
    )
  }

  /** Whether there was room. */
  add(waiting: WaitingContent): boolean {
    const { account, sentAtMs, content, timer, isShown, reason, attempts, nextAtMs } = waiting
    const { count, bytes } = this.#measure.get() ?? {}
    const isFull =
      Number(count) >= WAITING_MAX || Number(bytes) + content.length > WAITING_BYTES_MAX
    if (isFull) return false
    const life = [timer.mode, timer.seconds]
    const standing = [reason, attempts, nextAtMs]
    this.#add.run(sentAtMs, account, content, ...life, isShown ? 1 : 0, ...standing)
    return true
  }

  /** Whom contents wait for, the one first that is due first. */
  listAccounts(): readonly AccountId[] {
    return this.#listAccounts.all().map((row) => readAuthor(row['account']))
  }

  /** Oldest first. */
  list(account: AccountId): readonly WaitingContent[] {
    return this.#list.all(account).map(readWaiting)
  }

  listOlder(beforeMs: number): readonly WaitingContent[] {
    return this.#listOld.all(beforeMs).map(readWaiting)
  }

  find(sentAtMs: number): WaitingContent | undefined {
    const row = this.#find.get(sentAtMs)
    return row && readWaiting(row)
  }

  /** Whether it was still there: another program may have been faster. */
  take(sentAtMs: number): boolean {
    return this.#take.run(sentAtMs) > 0
  }

  postpone(
    account: AccountId,
    { reason, attempts, nextAtMs }: Pick<WaitingContent, 'reason' | 'attempts' | 'nextAtMs'>,
  ): void {
    this.#postpone.run(reason, attempts, nextAtMs, account)
  }

  erase(conversation: ConversationId): void {
    this.#erase.run(conversation)
  }
}

function readWaiting(row: SqlRow): WaitingContent {
  const { content, reason, timer_mode: mode, timer_seconds: seconds } = row
  const isTimed = mode === 'after_send' || mode === 'after_read'
  return {
    account: readAuthor(row['account']),
    sentAtMs: Number(row['sent_at_ms']),
    content: content instanceof Uint8Array ? Uint8Array.from(content) : new Uint8Array(),
    timer: isTimed ? { mode, seconds: Number(seconds) } : TIMER_OFF,
    isShown: row['is_shown'] === 1,
    reason: isCode(reason) ? reason : 'keys_unsettled',
    attempts: Number(row['attempts']),
    nextAtMs: Number(row['next_at_ms']),
  }
}

function isCode(value: unknown): value is ClientErrorCode {
  return typeof value === 'string' && Object.hasOwn(CLIENT_ERRORS, value)
}
