/**
 * Keeps what an account has in step with its changes (spec 10 §8.2): a message that comes in, one that comes again, and
 * everything that is there when a change arrives late. Each method is part of a transaction of its caller.
 *
 * @module
 */
import type { Database } from 'better-sqlite3'
import { REVOCATIONS_MAX } from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { ChangeLog } from './change-log.ts'
import { type MessageStatements, prepareMessageStatements } from './message-statements.ts'
import type { AccountChange } from './message-store.ts'
import {
  prepareRecordStatements,
  type RecordRow,
  type RecordStatements,
} from './record-statements.ts'
import type { Admission, ChangeMeaning, DatedRow, ReplicatedMessage } from './record-store.ts'
import { prepareRevocationStatements, type RevocationStatements } from './revocation-statements.ts'

export interface Placement {
  readonly admission: Admission
  /** What the message has now; for a covered one, what its store said. */
  readonly expiryMs: number
}

function toDated(row: RecordRow): DatedRow {
  const { hash, namespace, timestamp: timestampMs, stored: storedMs } = row
  return { hash, namespace, timestampMs, storedMs, firstExpiryMs: row.first_expiry }
}

export class AccountState {
  readonly #records: RecordStatements
  readonly #messages: MessageStatements
  readonly #revocations: RevocationStatements
  readonly #changes: ChangeLog

  constructor(database: Database, changes: ChangeLog) {
    this.#records = prepareRecordStatements(database)
    this.#messages = prepareMessageStatements(database)
    this.#revocations = prepareRevocationStatements(database)
    this.#changes = changes
  }

  /** Changes that were made before the message was stored do not concern it. */
  changesFor({
    account,
    storedMs,
  }: Pick<ReplicatedMessage, 'account' | 'storedMs'>): readonly AccountChange[] {
    return this.#changes.ofAccountSince(account, storedMs)
  }

  /** `changes` are those of the account, or those of them that can concern the message. */
  place(
    message: ReplicatedMessage,
    changes: readonly AccountChange[],
    meaning: ChangeMeaning,
  ): Placement {
    const { account, namespace, hash, timestampMs, storedMs, firstExpiryMs, data } = message
    const expiryMs = changes.length === 0 ? firstExpiryMs : meaning.expiryOf(message, changes)
    if (expiryMs === undefined) return { admission: 'covered', expiryMs: firstExpiryMs }
    const { changes: inserted } = this.#messages.insert.run(
      account,
      namespace,
      hash,
      timestampMs,
      expiryMs,
      storedMs,
      firstExpiryMs,
      data,
    )
    if (inserted > 0) return { admission: 'stored', expiryMs }
    return { admission: 'already', expiryMs: this.#join({ message, expiryMs }, changes, meaning) }
  }

  /**
   * The message was stored twice. It counts as stored at the later time, so that a deletion in between leaves it, and
   * ends when the later of both ends. Whose end already rests on changes before that time brings it along.
   */
  #join(
    { message, expiryMs }: { readonly message: ReplicatedMessage; readonly expiryMs: number },
    changes: readonly AccountChange[],
    meaning: ChangeMeaning,
  ): number {
    const row = this.#records.findDated.get(message.hash, message.namespace)
    if (row === undefined) return expiryMs
    const storedMs = Math.max(row.stored, message.storedMs)
    const firstExpiryMs = Math.max(
      row.stored < storedMs ? row.expiry : row.first_expiry,
      message.storedMs < storedMs ? expiryMs : message.firstExpiryMs,
    )
    const joined = { ...toDated(row), storedMs, firstExpiryMs }
    const end = meaning.expiryOf(joined, changes) ?? row.expiry
    this.#setEnd(row, { storedMs, firstExpiryMs, expiryMs: end })
    return end
  }

  #setEnd(
    row: RecordRow,
    end: Pick<DatedRow, 'storedMs' | 'firstExpiryMs'> & { readonly expiryMs: number },
  ): void {
    const { storedMs, firstExpiryMs, expiryMs } = end
    const isSame = row.stored === storedMs && row.first_expiry === firstExpiryMs
    if (isSame && row.expiry === expiryMs) return
    this.#records.setEnd.run(storedMs, firstExpiryMs, expiryMs, row.id)
  }

  /** Makes of everything that the account has what all of its changes make of it, in their order. */
  applyAll(account: AccountBytes, meaning: ChangeMeaning): void {
    const changes = this.#changes.ofAccount(account)
    for (const row of this.#records.dated.all(account)) {
      const dated = toDated(row)
      const expiryMs = meaning.expiryOf(dated, changes)
      if (expiryMs === undefined) this.#records.forget.run(row.hash, row.namespace)
      else this.#setEnd(row, { ...dated, expiryMs })
    }
    const { revoked, restored } = meaning.tokensOf(changes)
    for (const token of restored) this.#revocations.delete.run(account, token)
    this.revoke(account, revoked)
  }

  /** In the order of their revocation: only the newest are kept. */
  revoke(account: AccountBytes, tokens: readonly Uint8Array[]): void {
    for (const token of tokens) this.#revocations.insert.run(account, token)
    this.#revocations.trim.run(account, account, REVOCATIONS_MAX)
  }

  /** Forgets the account's oldest changes if there are too many. */
  trim(change: AccountChange): void {
    if (this.#changes.trim(change)) this.#settle(change.account)
  }

  sweepChanges(nowMs: number, limit: number): void {
    for (const account of this.#changes.sweep(nowMs, limit)) this.#settle(account)
  }

  /**
   * After a change is forgotten, what it did must hold as if the messages' stores had said so. Otherwise an extended message
   * would end early as soon as another change makes the node look at the remaining ones.
   */
  #settle(account: AccountBytes): void {
    this.#records.settle.run(account)
  }
}
