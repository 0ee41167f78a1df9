/**
 * The message store in SQLite: operations composed of prepared statements, all writes through the group
 * commit. Settings of the file are `open-database.ts`, its schema `migrations.ts`.
 *
 * @module
 */
import type { Database } from 'better-sqlite3'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { createCommitPace } from './commit-pace.ts'
import { GroupCommit } from './group-commit.ts'
import type {
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

export class SqliteMessageStore implements MessageStore {
  readonly #database: Database
  readonly #messages: MessageStatements
  readonly #revocations: RevocationStatements
  readonly #commits: GroupCommit

  constructor(options: DatabaseOptions) {
    this.#database = openDatabase(options)
    this.#messages = prepareMessageStatements(this.#database)
    this.#revocations = prepareRevocationStatements(this.#database)
    const run = this.#database.transaction((task: () => void) => task())
    this.#commits = new GroupCommit({ run: (task) => run.immediate(task) }, createCommitPace())
  }

  store(message: NewMessage): Written<StoreOutcome> {
    return this.#commits.write(() => this.#insert(message))
  }

  #insert({ account, namespace, hash, replacesOthers, ...message }: NewMessage): StoreOutcome {
    const { timestampMs, expiryMs, data } = message
    if (replacesOthers) this.#messages.deleteOthers.run(account, namespace, hash)
    const { changes } = this.#messages.insert.run(
      account,
      namespace,
      hash,
      timestampMs,
      expiryMs,
      data,
    )
    if (changes > 0) return { already: false, expiryMs }
    const kept = this.#messages.findExpiry.get(hash, namespace)?.expiry ?? expiryMs
    if (expiryMs > kept) this.#messages.extend.run(expiryMs, hash, namespace)
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

  delete(account: AccountBytes, hashes: readonly string[]): Written<readonly string[]> {
    return this.#commits.write(() =>
      [...new Set(hashes)].filter((hash) => this.#messages.delete.run(hash, account).changes > 0),
    )
  }

  deleteRange(
    { account, namespace }: BoxSelection,
    beforeMs = Number.MAX_SAFE_INTEGER,
  ): Written<readonly HashInNamespace[]> {
    return this.#commits.write(() =>
      namespace === 'all'
        ? this.#messages.deleteAccount.all(account, beforeMs)
        : this.#messages.deleteBox.all(account, namespace, beforeMs),
    )
  }

  expireAll(
    { account, namespace }: BoxSelection,
    expiryMs: number,
  ): Written<readonly HashInNamespace[]> {
    return this.#commits.write(() =>
      namespace === 'all'
        ? this.#messages.shortenAccount.all(expiryMs, account, expiryMs)
        : this.#messages.shortenBox.all(expiryMs, account, namespace, expiryMs),
    )
  }

  expire(
    account: AccountBytes,
    changes: readonly ExpiryChange[],
    nowMs: number,
  ): Written<readonly ExpiryOutcome[]> {
    return this.#commits.write(() =>
      changes.flatMap((change) => this.#changeExpiry(account, change, nowMs) ?? []),
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

  revoke(account: AccountBytes, tokens: readonly Uint8Array[], keep: number): Written<void> {
    return this.#commits.write(() => {
      // An account that stores nothing here could otherwise fill the disk with tokens, unpaid by any message.
      if (this.#revocations.isKnownAccount.get(account, account) === undefined) return
      for (const token of tokens) this.#revocations.insert.run(account, token)
      this.#revocations.trim.run(account, account, keep)
    })
  }

  unrevoke(account: AccountBytes, tokens: readonly Uint8Array[]): Written<number> {
    return this.#commits.write(() =>
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
    return this.#commits.write(() => this.#messages.sweep.run(nowMs, limit).changes)
  }

  flush(): void {
    this.#commits.flush()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#commits.flush()
    this.#database.close()
  }
}
