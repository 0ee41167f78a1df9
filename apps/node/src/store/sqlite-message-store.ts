/**
 * The message store in SQLite: operations composed of prepared statements, all writes through the group
 * commit. Settings of the file are `open-database.ts`, its schema `migrations.ts`.
 *
 * @module
 */
import type { Database } from 'better-sqlite3'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { ChangeLog } from './change-log.ts'
import { createCommitPace } from './commit-pace.ts'
import { GroupCommit } from './group-commit.ts'
import type {
  AccountChange,
  BoxSelection,
  ExpiryChange,
  ExpiryOutcome,
  HashInNamespace,
  MessagePage,
  MessageStore,
  NewMessage,
  RetrieveQuery,
  StoredMessage,
  StoreOutcome,
  Written,
} from './message-store.ts'
import { prepareMessageStatements, type MessageStatements } from './message-statements.ts'
import { openDatabase, type DatabaseOptions } from './open-database.ts'
import { prepareRevocationStatements, type RevocationStatements } from './revocation-statements.ts'
import { SqliteRecordStore } from './sqlite-record-store.ts'

export class SqliteMessageStore implements MessageStore {
  readonly #database: Database
  readonly #messages: MessageStatements
  readonly #revocations: RevocationStatements
  readonly #changes: ChangeLog
  readonly #commits: GroupCommit
  /** The same messages and changes, as swarms replicate them. */
  readonly records: SqliteRecordStore

  constructor(options: DatabaseOptions) {
    this.#database = openDatabase(options)
    this.#messages = prepareMessageStatements(this.#database)
    this.#revocations = prepareRevocationStatements(this.#database)
    const run = this.#database.transaction((task: () => void) => task())
    this.#commits = new GroupCommit({ run: (task) => run.immediate(task) }, createCommitPace())
    this.#changes = new ChangeLog(this.#database)
    this.records = new SqliteRecordStore(this.#database, this.#commits, this.#changes)
  }

  store(message: NewMessage): Written<StoreOutcome> {
    return this.#commits.write(() => this.#insert(message))
  }

  #insert({ account, namespace, hash, replacesOthers, ...message }: NewMessage): StoreOutcome {
    const { timestampMs, expiryMs, storedMs, data } = message
    if (replacesOthers) this.#messages.deleteOthers.run(account, namespace, hash)
    const { changes } = this.#messages.insert.run(
      account,
      namespace,
      hash,
      timestampMs,
      expiryMs,
      storedMs,
      expiryMs,
      data,
    )
    if (changes > 0) return { already: false, expiryMs }
    const kept = this.#messages.findExpiry.get(hash, namespace)?.expiry ?? expiryMs
    if (expiryMs > kept) this.#messages.extend.run(expiryMs, expiryMs, hash, namespace)
    return { already: true, expiryMs: Math.max(kept, expiryMs) }
  }

  retrieve({ account, namespace, lastHash, countMax, takes, nowMs }: RetrieveQuery): MessagePage {
    const last =
      lastHash === undefined
        ? undefined
        : this.#messages.findId.get(lastHash, account, namespace, nowMs)
    const messages: StoredMessage[] = []
    for (const row of this.#messages.page.iterate(account, namespace, last?.id ?? 0, nowMs)) {
      const { hash, timestamp: timestampMs, expiry: expiryMs, data } = row
      const message = { hash, timestampMs, expiryMs, data }
      const fits = messages.length < countMax && (takes(message) || messages.length === 0)
      if (!fits) return { messages, more: true }
      messages.push(message)
    }
    return { messages, more: false }
  }

  delete(
    account: AccountBytes,
    hashes: readonly string[],
    change?: AccountChange,
  ): Written<readonly string[]> {
    return this.#write(change, () =>
      [...new Set(hashes)].filter((hash) => this.#messages.delete.run(hash, account).changes > 0),
    )
  }

  #write<T>(change: AccountChange | undefined, apply: () => T): Written<T> {
    return this.#commits.write(() => {
      if (change !== undefined) this.#changes.add(change)
      return apply()
    })
  }

  deleteRange(
    { account, namespace }: BoxSelection,
    beforeMs = Number.MAX_SAFE_INTEGER,
    change?: AccountChange,
  ): Written<readonly HashInNamespace[]> {
    return this.#write(change, () =>
      namespace === 'all'
        ? this.#messages.deleteAccount.all(account, beforeMs)
        : this.#messages.deleteBox.all(account, namespace, beforeMs),
    )
  }

  expireAll(
    { account, namespace }: BoxSelection,
    expiryMs: number,
    change?: AccountChange,
  ): Written<readonly HashInNamespace[]> {
    return this.#write(change, () =>
      namespace === 'all'
        ? this.#messages.shortenAccount.all(expiryMs, account, expiryMs)
        : this.#messages.shortenBox.all(expiryMs, account, namespace, expiryMs),
    )
  }

  expire(
    account: AccountBytes,
    changes: readonly ExpiryChange[],
    { nowMs, change }: { readonly nowMs: number; readonly change?: AccountChange },
  ): Written<readonly ExpiryOutcome[]> {
    return this.#write(change, () =>
      changes.flatMap((each) => this.#changeExpiry(account, each, nowMs) ?? []),
    )
  }

  #changeExpiry(
    account: AccountBytes,
    { hash, expiryMs, mode }: ExpiryChange,
    nowMs: number,
  ): ExpiryOutcome | undefined {
    const kept = this.#messages.findOwned.get(hash, account)?.expiry
    if (kept === undefined || kept <= nowMs) return undefined
    const refused =
      (mode === 'shorten' && expiryMs >= kept) || (mode === 'extend' && expiryMs <= kept)
    if (refused) return { hash, updated: false, expiryMs: kept }
    this.#messages.setExpiry.run(expiryMs, hash, account)
    return { hash, updated: true, expiryMs }
  }

  expiries(
    account: AccountBytes,
    hashes: readonly string[],
    nowMs: number,
  ): ReadonlyMap<string, number> {
    const found = new Map<string, number>()
    for (const hash of hashes) {
      const expiry = this.#messages.findOwned.get(hash, account)?.expiry ?? 0
      if (expiry > nowMs) found.set(hash, expiry)
    }
    return found
  }

  revoke(
    account: AccountBytes,
    tokens: readonly Uint8Array[],
    { keep, change }: { readonly keep: number; readonly change?: AccountChange },
  ): Written<void> {
    return this.#commits.write(() => {
      // An account that stores nothing here could otherwise fill the disk with tokens, unpaid by any message.
      if (this.#revocations.isKnownAccount.get(account, account) === undefined) return
      if (change !== undefined) this.#changes.add(change)
      for (const token of tokens) this.#revocations.insert.run(account, token)
      this.#revocations.trim.run(account, account, keep)
    })
  }

  unrevoke(
    account: AccountBytes,
    tokens: readonly Uint8Array[],
    change?: AccountChange,
  ): Written<number> {
    return this.#write(change, () =>
      tokens.reduce(
        (count, token) => count + this.#revocations.delete.run(account, token).changes,
        0,
      ),
    )
  }

  isRevoked(account: AccountBytes, token: Uint8Array): boolean {
    return this.#revocations.find.get(account, token) !== undefined
  }

  sweep(nowMs: number, limit: number): Written<number> {
    return this.#commits.write(() => {
      this.#changes.sweep(nowMs, limit)
      return this.#messages.sweep.run(nowMs, limit).changes
    })
  }

  flush(): void {
    this.#commits.flush()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#commits.flush()
    this.#database.close()
  }
}
