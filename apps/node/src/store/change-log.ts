/**
 * The signed changes that the node keeps (spec 10 §8.1). Adding one is part of the transaction that applies it; what a change
 * does to messages is not known here.
 *
 * @module
 */
import type { Database } from 'better-sqlite3'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import {
  type ChangeRow,
  type ChangeStatements,
  prepareChangeStatements,
} from './change-statements.ts'
import type { AccountChange } from './message-store.ts'

/** Spec 10 §8.4. An account's older changes are forgotten, so that one account cannot fill the disk with them. */
const CHANGES_PER_ACCOUNT_MAX = 256

function toChange({
  account: bytes,
  at,
  signed,
  hash,
  until,
  request,
}: ChangeRow): AccountChange[] {
  const account = parseAccountBytes(bytes)
  return account === undefined
    ? []
    : [{ account, atMs: at, signedMs: signed, hash, untilMs: until, request }]
}

export class ChangeLog {
  readonly #statements: ChangeStatements

  constructor(database: Database) {
    this.#statements = prepareChangeStatements(database)
  }

  /** False when it was there before. */
  add({ account, atMs, signedMs, hash, untilMs, request }: AccountChange): boolean {
    const { insert, trim } = this.#statements
    const isNew = insert.run(account, atMs, signedMs, hash, untilMs, request).changes > 0
    if (isNew) trim.run(account, account, CHANGES_PER_ACCOUNT_MAX)
    return isNew
  }

  /** In ascending order of time. */
  ofAccount(account: AccountBytes): readonly AccountChange[] {
    return this.#statements.ofAccount.all(account).flatMap(toChange)
  }

  find(hash: Uint8Array): AccountChange | undefined {
    const row = this.#statements.find.get(hash)
    return row === undefined ? undefined : toChange(row)[0]
  }

  sweep(nowMs: number, limit: number): void {
    this.#statements.sweep.run(nowMs, limit)
  }
}
