/**
 * The record store in SQLite, over the tables of the message store. All writes go through the same group commit, so that
 * what is admitted is as durable as what clients store.
 *
 * @module
 */
import { randomInt } from 'node:crypto'
import type { Database } from 'better-sqlite3'
import { encodeHex } from '@sotto/crypto/bytes'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import type { AccountState } from './account-state.ts'
import type { ChangeLog } from './change-log.ts'
import type { GroupCommit } from './group-commit.ts'
import { type MessageStatements, prepareMessageStatements } from './message-statements.ts'
import type { AccountChange, Written } from './message-store.ts'
import { prepareRecordStatements, type RecordStatements } from './record-statements.ts'
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
  StoreSummary,
} from './record-store.ts'

interface RecordStoreParts {
  readonly commits: GroupCommit
  readonly changes: ChangeLog
  readonly state: AccountState
}

export class SqliteRecordStore implements RecordStore {
  readonly #database: Database
  readonly #records: RecordStatements
  readonly #messages: MessageStatements
  readonly #commits: GroupCommit
  readonly #changes: ChangeLog
  readonly #state: AccountState

  constructor(database: Database, { commits, changes, state }: RecordStoreParts) {
    this.#database = database
    this.#records = prepareRecordStatements(database)
    this.#messages = prepareMessageStatements(database)
    this.#commits = commits
    this.#changes = changes
    this.#state = state
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
    return {
      rows: rows.map(({ account, hash, atMs }) => ({ account, hash, atMs })),
      next: rows.length < limit ? undefined : rows.at(-1)?.id,
    }
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

  summarize(): StoreSummary {
    const namespaces = this.#records.countNamespaces.all()
    return { namespaces, firstExpiryMs: this.#records.firstExpiry.get()?.expiry ?? undefined }
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
    return this.#commits.write(() => {
      const changesOf = this.#createChangeReader()
      return messages.map((message) => this.#admit(message, changesOf(message.account), meaning))
    })
  }

  /** Reads the changes of each account once: a batch has many messages of few accounts. */
  #createChangeReader(): (account: AccountBytes) => readonly AccountChange[] {
    const read = new Map<string, readonly AccountChange[]>()
    return (account) => {
      const key = encodeHex(account)
      const changes = read.get(key) ?? this.#changes.ofAccount(account)
      read.set(key, changes)
      return changes
    }
  }

  #admit(
    message: AdmittedMessage,
    changes: readonly AccountChange[],
    meaning: ChangeMeaning,
  ): Admission {
    const { account, namespace, hash, isAlone } = message
    if (isAlone && !this.#isNewest(message)) return 'covered'
    const { admission } = this.#state.place(message, changes, meaning)
    const replacesOthers = isAlone && admission !== 'covered'
    if (replacesOthers) this.#messages.deleteOthers.run(account, namespace, hash)
    return admission
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
      const added = this.#changes.add(change)
      if (added !== 'stored') return added
      this.#state.applyAll(change.account, meaning)
      this.#state.trim(change)
      return this.#changes.find(change.hash) === undefined ? 'covered' : 'stored'
    })
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
