/**
 * The signed changes that the node keeps (spec 10 §8.1). Adding one is part of the transaction that applies it; what a change
 * does to messages is not known here.
 *
 * @module
 */
import type { Database } from 'better-sqlite3'
import { CHANGE_LIFE_MS, replacesOlder } from '@sotto/protocol/replication'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import {
  type ChangeRow,
  type ChangeStatements,
  type DueChange,
  prepareChangeStatements,
} from './change-statements.ts'
import type { AccountChange } from './message-store.ts'
import type { Admission } from './record-store.ts'

/**
 * Spec 10 §8.4. An account's older changes are forgotten, so that one account cannot fill the disk with them. Each sort
 * is counted apart: whoever deletes often must not undo a revocation by it.
 */
export const CHANGES_PER_ACCOUNT_MAX = 256
/** Spec 10 §8.4. Never less than one change. */
export const CHANGE_BYTES_PER_ACCOUNT_MAX: number = 8 * 1024 * 1024

function toChange(row: ChangeRow): AccountChange[] {
  const { account: bytes, at, hash, until, sort, request } = row
  const account = parseAccountBytes(bytes)
  if (account === undefined) return []
  return [{ account, atMs: at, hash, untilMs: until, sort, request }]
}

export class ChangeLog {
  readonly #statements: ChangeStatements

  constructor(database: Database) {
    this.#statements = prepareChangeStatements(database)
  }

  /** `covered`: the same was asked for again later, which does all that this does. */
  add({ account, atMs, hash, untilMs, sort, request }: AccountChange): Admission {
    const { insert, hasRepeated, replace } = this.#statements
    const replaces = replacesOlder(sort)
    if (replaces && hasRepeated.get(account, atMs, request)?.found === 1) return 'covered'
    const { changes } = insert.run(account, atMs, hash, untilMs, sort, request)
    if (changes === 0) return 'already'
    if (replaces) replace.run(account, atMs, request)
    return 'stored'
  }

  /** Forgets the oldest of the same sort beyond the limit; says whether there were any. */
  trim({ account, sort }: AccountChange): boolean {
    const { measure, trim } = this.#statements
    const { count = 0, bytes = 0 } = measure.get(account) ?? {}
    const [countMax, bytesMax] = [CHANGES_PER_ACCOUNT_MAX, CHANGE_BYTES_PER_ACCOUNT_MAX]
    if (count <= countMax && bytes <= bytesMax) return false
    return trim.run(account, sort, countMax, bytesMax).changes > 0
  }

  lastMs(account: AccountBytes): number | undefined {
    return this.#statements.last.get(account)?.at ?? undefined
  }

  /** Whether the account has a change that comes after this one. */
  hasLater({ account, atMs, hash }: AccountChange): boolean {
    return this.#statements.hasLater.get(account, atMs, atMs, hash)?.found === 1
  }

  /** In ascending order of time, then of hash. */
  ofAccount(account: AccountBytes): readonly AccountChange[] {
    return this.#statements.ofAccount.all(account).flatMap(toChange)
  }

  /** The same from a time on. Most accounts have none, which costs one look into the index. */
  ofAccountSince(account: AccountBytes, fromMs: number): readonly AccountChange[] {
    if (this.#statements.hasSince.get(account, fromMs)?.found !== 1) return []
    return this.ofAccount(account).filter(({ atMs }) => atMs >= fromMs)
  }

  find(hash: Uint8Array): AccountChange | undefined {
    const row = this.#statements.find.get(hash)
    return row === undefined ? undefined : toChange(row)[0]
  }

  /** Forgets up to `limit` changes that have lapsed, and gives their accounts. */
  sweep(nowMs: number, limit: number): readonly AccountBytes[] {
    const { due, renew, drop } = this.#statements
    return due.all(nowMs, limit).flatMap((change) => {
      if (this.#isNeeded(change)) {
        renew.run(nowMs + CHANGE_LIFE_MS, change.id)
        return []
      }
      drop.run(change.id)
      return parseAccountBytes(change.account) ?? []
    })
  }

  #isNeeded({ account, sort }: DueChange): boolean {
    return sort === 'revocation' && this.#statements.isAccountInUse.get(account)?.found === 1
  }
}
