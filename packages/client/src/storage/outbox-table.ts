/**
 * What was composed and may not have arrived yet, as finished bytes: sent again after a restart they have the same message hash, and
 * a swarm keeps them once.
 *
 * @module
 */
import type { Database, SqlRow, SqlStatement, SqlValue } from '../ports/index.ts'
import { type ConversationId, readConversation } from './history-message.ts'

/** `sending` after a restart means that nobody knows; sending again is harmless. */
export type OutboxState = 'queued' | 'sending' | 'sent' | 'failed'

const STATES: readonly OutboxState[] = ['queued', 'sending', 'sent', 'failed']

export interface OutboxEntry {
  /** The message hash, which also tells entries apart. */
  readonly hash: string
  /** In whose swarm it is stored; our own for the copy to our other devices. */
  readonly account: ConversationId
  readonly data: Uint8Array
  readonly sentAtMs: number
  /** How long the swarm is to keep it. */
  readonly ttlMs: number
  readonly state: OutboxState
}

export class OutboxTable {
  readonly #reserve: SqlStatement
  readonly #add: SqlStatement
  readonly #list: SqlStatement
  readonly #listOf: SqlStatement
  readonly #setState: SqlStatement
  readonly #prune: SqlStatement

  constructor(database: Database) {
    // One statement, so that two programs cannot get the same time.
    this.#reserve = database.prepare(
      'UPDATE reserved_time SET last_ms = max(last_ms + 1, ?) RETURNING last_ms',
    )
    this.#add = database.prepare(
      'INSERT INTO outbox VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
    )
    this.#list = database.prepare(
      `SELECT * FROM outbox WHERE (state = ? OR state = ?) AND (account GLOB '03*') = ?
        ORDER BY sent_at_ms, rowid`,
    )
    this.#listOf = database.prepare('SELECT * FROM outbox WHERE sent_at_ms = ? ORDER BY rowid')
    this.#setState = database.prepare(
      "UPDATE outbox SET state = ? WHERE hash = ? AND state <> 'sent'",
    )
    this.#prune = database.prepare(
      "DELETE FROM outbox WHERE state IN ('sent', 'failed') AND sent_at_ms < ?",
    )
  }

  /**
   * A time that no other message of this account has, at least `atLeastMs`: other clients tell messages of one author
   * apart by it.
   */
  reserveTime(atLeastMs: number): number {
    const row = this.#reserve.get(atLeastMs)
    if (row === undefined) throw new Error('the table of reserved times is empty')
    return Number(row['last_ms'])
  }

  /** An entry that is there already stays as it is. */
  add({ hash, account, data, sentAtMs, ttlMs, state }: OutboxEntry): void {
    this.#add.run(hash, account, data, sentAtMs, ttlMs, state)
  }

  /** For accounts; not yet sent and not given up, oldest first. */
  listWaiting(): readonly OutboxEntry[] {
    return this.#list.all('queued', 'sending', 0).map(readEntry)
  }

  /** The same for groups, whose swarms ask who stores. */
  listWaitingInGroups(): readonly OutboxEntry[] {
    return this.#list.all('queued', 'sending', 1).map(readEntry)
  }

  /** A message and its copy have their time in common. */
  listOf(sentAtMs: number): readonly OutboxEntry[] {
    return this.#listOf.all(sentAtMs).map(readEntry)
  }

  /** `sent` is final: a process that gave up cannot take back what another achieved. */
  setState(hash: string, state: OutboxState): void {
    this.#setState.run(state, hash)
  }

  /** Removes entries that are done, `sent` or `failed`, of before this time. */
  prune(beforeMs: number): void {
    this.#prune.run(beforeMs)
  }
}

function readEntry(row: SqlRow): OutboxEntry {
  return {
    hash: String(row['hash']),
    account: readConversation(row['account']),
    data: readBytes(row['data']),
    sentAtMs: Number(row['sent_at_ms']),
    ttlMs: Number(row['ttl_ms']),
    state: STATES.find((state) => state === row['state']) ?? 'failed',
  }
}

function readBytes(value: SqlValue | undefined): Uint8Array {
  return value instanceof Uint8Array ? Uint8Array.from(value) : new Uint8Array()
}
