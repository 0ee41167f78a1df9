/**
 * The message store in SQLite: operations composed of prepared statements, all writes through the group
 * commit. Settings of the file are `open-database.ts`, its schema `migrations.ts`.
 *
 * @module
 */
import type { Database } from 'better-sqlite3'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { AccountState } from './account-state.ts'
import { ChangeLog } from './change-log.ts'
import { CHANGE_MEANING } from './change-meaning.ts'
import { createCommitPace } from './commit-pace.ts'
import { GroupCommit } from './group-commit.ts'
import type {
  BoxSelection,
  ChangeDate,
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

const NO_LIMIT = Number.MAX_SAFE_INTEGER

/** Until when a message may have been stored to have been there (spec 10 §8.3). */
function presentUntil(date: ChangeDate | undefined): number {
  return date === undefined ? NO_LIMIT : date.atMs
}

export class SqliteMessageStore implements MessageStore {
  readonly #database: Database
  readonly #messages: MessageStatements
  readonly #revocations: RevocationStatements
  readonly #changes: ChangeLog
  readonly #state: AccountState
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
    this.#state = new AccountState(this.#database, this.#changes)
    this.records = new SqliteRecordStore(this.#database, {
      commits: this.#commits,
      changes: this.#changes,
      state: this.#state,
    })
  }

  store(message: NewMessage): Written<StoreOutcome> {
    return this.#commits.write(() => this.#insert(message))
  }

  #insert({ replacesOthers, expiryMs: firstExpiryMs, ...message }: NewMessage): StoreOutcome {
    const { account, namespace, hash } = message
    const changes = this.#state.changesFor(message)
    const placed = this.#state.place({ ...message, firstExpiryMs }, changes, CHANGE_MEANING)
    const { admission, expiryMs } = placed
    const hasReplaced = replacesOthers && admission !== 'covered'
    if (hasReplaced) this.#messages.deleteOthers.run(account, namespace, hash)
    return { already: admission === 'already', expiryMs }
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
    date?: ChangeDate,
  ): Written<readonly string[]> {
    const until = presentUntil(date)
    return this.#write(date, () =>
      [...new Set(hashes)].filter(
        (hash) => this.#messages.delete.run(hash, account, until).changes > 0,
      ),
    )
  }

  #write<T>(date: ChangeDate | undefined, task: () => T): Written<T> {
    return this.#commits.write(() => this.#apply(date, task))
  }

  /** Keeps the change, if there is one, and carries it out. */
  #apply<T>(date: ChangeDate | undefined, task: () => T): T {
    const change = date?.change
    if (change === undefined) return task()
    this.#changes.add(change)
    const outcome = task()
    // Forwards may overtake each other. What was asked for later must be carried out later.
    if (this.#changes.hasLater(change)) this.#state.applyAll(change.account, CHANGE_MEANING)
    this.#state.trim(change)
    return outcome
  }

  deleteRange(
    { account, namespace, sentUntilMs = NO_LIMIT }: BoxSelection,
    date?: ChangeDate,
  ): Written<readonly HashInNamespace[]> {
    const limits = [presentUntil(date), sentUntilMs]
    return this.#write(date, () =>
      namespace === 'all'
        ? this.#messages.deleteAccount.all(account, ...limits)
        : this.#messages.deleteBox.all(account, namespace, ...limits),
    )
  }

  expireAll(
    { account, namespace, sentUntilMs = NO_LIMIT }: BoxSelection,
    expiryMs: number,
    date?: ChangeDate,
  ): Written<readonly HashInNamespace[]> {
    const limits = [presentUntil(date), sentUntilMs, expiryMs]
    return this.#write(date, () =>
      namespace === 'all'
        ? this.#messages.shortenAccount.all(expiryMs, account, ...limits)
        : this.#messages.shortenBox.all(expiryMs, account, namespace, ...limits),
    )
  }

  expire(
    account: AccountBytes,
    changes: readonly ExpiryChange[],
    date: ChangeDate,
  ): Written<readonly ExpiryOutcome[]> {
    return this.#write(date, () =>
      changes.flatMap((each) => this.#changeExpiry(account, each, date) ?? []),
    )
  }

  #changeExpiry(
    account: AccountBytes,
    { hash, expiryMs, mode }: ExpiryChange,
    date: ChangeDate,
  ): ExpiryOutcome | undefined {
    const { atMs } = date
    const kept = this.#messages.findOwned.get(hash, account, atMs)?.expiry
    if (kept === undefined) return undefined
    const endsAfter = mode === 'shorten' ? Math.max(expiryMs, atMs) : atMs
    const endsBefore = mode === 'extend' ? expiryMs : NO_LIMIT
    const present = presentUntil(date)
    const { setExpiry } = this.#messages
    const { changes } = setExpiry.run(expiryMs, hash, account, present, endsAfter, endsBefore)
    const updated = changes > 0
    return { hash, updated, expiryMs: updated ? expiryMs : kept }
  }

  expiries(
    account: AccountBytes,
    hashes: readonly string[],
    nowMs: number,
  ): ReadonlyMap<string, number> {
    const found = new Map<string, number>()
    for (const hash of hashes) {
      const expiry = this.#messages.findOwned.get(hash, account, nowMs)?.expiry
      if (expiry !== undefined) found.set(hash, expiry)
    }
    return found
  }

  revoke(account: AccountBytes, tokens: readonly Uint8Array[], date?: ChangeDate): Written<void> {
    return this.#commits.write(() => {
      // An account that stores nothing here could otherwise fill the disk with tokens, unpaid by any message.
      if (this.#revocations.isKnownAccount.get(account, account) === undefined) return
      this.#apply(date, () => this.#state.revoke(account, tokens))
    })
  }

  unrevoke(
    account: AccountBytes,
    tokens: readonly Uint8Array[],
    date?: ChangeDate,
  ): Written<number> {
    return this.#write(date, () =>
      tokens.reduce(
        (count, token) => count + this.#revocations.delete.run(account, token).changes,
        0,
      ),
    )
  }

  isRevoked(account: AccountBytes, token: Uint8Array): boolean {
    return this.#revocations.find.get(account, token) !== undefined
  }

  lastChangeMs(account: AccountBytes): number | undefined {
    return this.#changes.lastMs(account)
  }

  lastStoredMs(account: AccountBytes, hashes?: readonly string[]): number | undefined {
    if (hashes === undefined) return this.#messages.lastStored.get(account)?.stored ?? undefined
    const times = hashes.flatMap(
      (hash) => this.#messages.findStored.get(hash, account)?.stored ?? [],
    )
    return times.length === 0 ? undefined : times.reduce((a, b) => Math.max(a, b))
  }

  sweep(nowMs: number, limit: number): Written<number> {
    return this.#commits.write(() => {
      this.#state.sweepChanges(nowMs, limit)
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
