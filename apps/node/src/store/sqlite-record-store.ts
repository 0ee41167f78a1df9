/**
 * The record store in SQLite, over the tables of the message store. All writes go through the same group commit, so that
 * what is admitted is as durable as what clients store.
 *
 * @module
 */
import { randomInt } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import type { ChangeLog } from './change-log.ts'
import type { GroupCommit } from './group-commit.ts'
import type { AccountChange, Written } from './message-store.ts'
import { type MessageStatements, prepareMessageStatements } from './message-statements.ts'
import type {
  Admission,
  AdmittedMessage,
  ChangeMeaning,
  MessageId,
  RecordStore,
  ReplicatedMessage,
  ScannedChange,
  ScannedKey,
  ScannedMessage,
  Slice,
  TokenChange,
} from './record-store.ts'
import { prepareRecordStatements, type RecordStatements } from './record-statements.ts'
import { prepareRevocationStatements, type RevocationStatements } from './revocation-statements.ts'

export class SqliteRecordStore implements RecordStore {
  readonly #database: Database
  readonly #records: RecordStatements
  readonly #messages: MessageStatements
  readonly #revocations: RevocationStatements
  readonly #changes: ChangeLog
  readonly #commits: GroupCommit

  constructor(database: Database, commits: GroupCommit, changes: ChangeLog) {
    this.#database = database
    this.#records = prepareRecordStatements(database)
    this.#messages = prepareMessageStatements(database)
    this.#revocations = prepareRevocationStatements(database)
    this.#changes = changes
    this.#commits = commits
  }

  scanMessages(from: number, limit: number, nowMs: number): Slice<ScannedKey> {
    const rows = this.#records.scan.all(from, nowMs, limit)
    return {
      rows: rows.map(([, accountHex, namespace, hash, firstExpiryMs]) => ({
        accountHex,
        namespace,
        hash,
        firstExpiryMs,
      })),
      next: rows.length < limit ? undefined : rows.at(-1)?.[0],
    }
  }

  scanChanges(from: number, limit: number): Slice<ScannedChange> {
    const rows = this.#records.scanChanges.all(from, limit)
    return { rows, next: rows.length < limit ? undefined : rows.at(-1)?.id }
  }

  listMessages(account: AccountBytes, nowMs: number): readonly ScannedMessage[] {
    const rows = this.#records.dated.all(account).filter(({ expiry }) => expiry > nowMs)
    return rows.map(({ namespace, hash, stored, first_expiry: firstExpiryMs }) => ({
      account,
      namespace,
      hash,
      storedMs: stored,
      firstExpiryMs,
    }))
  }

  listChanges(account: AccountBytes): readonly ScannedChange[] {
    return this.#changes.ofAccount(account)
  }

  sampleMessages(count: number, storedBeforeMs: number, nowMs: number): readonly ScannedMessage[] {
    const last = this.#records.lastId.get()?.id ?? 0
    const found = new Map<number, ScannedMessage>()
    for (let attempt = 0; attempt < count; attempt += 1) {
      const from = randomInt(last + 1)
      const row = this.#records.sample.get(from, storedBeforeMs, nowMs)
      if (row === undefined) continue
      const { id, account, namespace, hash, stored, first_expiry: firstExpiryMs } = row
      found.set(id, { account, namespace, hash, storedMs: stored, firstExpiryMs })
    }
    return [...found.values()]
  }

  measure(): { readonly messages: number; readonly bytes: number } {
    const pages = Number(this.#database.pragma('page_count', { simple: true }))
    const pageBytes = Number(this.#database.pragma('page_size', { simple: true }))
    return { messages: this.#records.count.get()?.count ?? 0, bytes: pages * pageBytes }
  }

  readMessage({ hash, namespace }: MessageId, nowMs: number): ReplicatedMessage | undefined {
    const row = this.#records.read.get(hash, namespace, nowMs)
    const account = row === undefined ? undefined : parseAccountBytes(row.account)
    if (row === undefined || account === undefined) return undefined
    return {
      account,
      namespace,
      hash,
      timestampMs: row.timestamp,
      storedMs: row.stored,
      firstExpiryMs: row.first_expiry,
      data: row.data,
    }
  }

  readChange(hash: Uint8Array): AccountChange | undefined {
    return this.#changes.find(hash)
  }

  admitMessages(
    messages: readonly AdmittedMessage[],
    meaning: ChangeMeaning,
  ): Written<readonly Admission[]> {
    return this.#commits.write(() => messages.map((message) => this.#admit(message, meaning)))
  }

  #admit(message: AdmittedMessage, meaning: ChangeMeaning): Admission {
    const { account, namespace, hash, timestampMs, storedMs, firstExpiryMs, data } = message
    const expiryMs = meaning.expiryOf(message, this.#changes.ofAccount(account))
    if (expiryMs === undefined || (message.isAlone && !this.#isNewest(message))) return 'covered'
    if (message.isAlone) this.#messages.deleteOthers.run(account, namespace, hash)
    const { changes } = this.#messages.insert.run(
      account,
      namespace,
      hash,
      timestampMs,
      expiryMs,
      storedMs,
      firstExpiryMs,
      data,
    )
    if (changes > 0) return 'stored'
    const kept = this.#records.read.get(hash, namespace, 0)
    if (kept !== undefined && firstExpiryMs > kept.first_expiry) {
      this.#messages.extend.run(Math.max(expiryMs, kept.expiry), firstExpiryMs, hash, namespace)
    }
    return 'already'
  }

  /** Two members may hold different newest messages; by date, then by hash, both keep the same in the end. */
  #isNewest({ account, namespace, hash, timestampMs }: ReplicatedMessage): boolean {
    return this.#records.alone
      .all(account, namespace)
      .every(
        (other) =>
          other.timestamp < timestampMs || (other.timestamp === timestampMs && other.hash <= hash),
      )
  }

  admitChange(change: AccountChange, meaning: ChangeMeaning): Written<Admission> {
    return this.#commits.write(() => {
      if (!this.#changes.add(change)) return 'already'
      const changes = this.#changes.ofAccount(change.account)
      this.#applyToMessages(change.account, changes, meaning)
      this.#applyToTokens(change.account, meaning.tokensOf(changes))
      return 'stored'
    })
  }

  #applyToMessages(
    account: AccountBytes,
    changes: readonly AccountChange[],
    meaning: ChangeMeaning,
  ): void {
    for (const row of this.#records.dated.all(account)) {
      const { hash, namespace, timestamp: timestampMs, stored: storedMs } = row
      const dated = { hash, namespace, timestampMs, storedMs, firstExpiryMs: row.first_expiry }
      const expiryMs = meaning.expiryOf(dated, changes)
      if (expiryMs === undefined) this.#records.forget.run(hash, namespace)
      else if (expiryMs !== row.expiry) this.#records.setExpiry.run(expiryMs, row.id)
    }
  }

  #applyToTokens(account: AccountBytes, { revoked, restored }: TokenChange): void {
    for (const token of restored) this.#revocations.delete.run(account, token)
    for (const token of revoked) {
      if (this.#revocations.find.get(account, token) === undefined) {
        this.#revocations.insert.run(account, token)
      }
    }
  }

  forgetMessages(ids: readonly MessageId[]): Written<number> {
    return this.#commits.write(() =>
      ids.reduce(
        (count, { hash, namespace }) => count + this.#records.forget.run(hash, namespace).changes,
        0,
      ),
    )
  }

  forgetChanges(hashes: readonly Uint8Array[]): Written<number> {
    return this.#commits.write(() =>
      hashes.reduce((count, hash) => count + this.#records.forgetChange.run(hash).changes, 0),
    )
  }
}
