/**
 * One durable transaction for all writes that wait (ADR 0004).
 *
 * A commit costs an fsync however many rows it holds, so writes that arrive together share one. When the
 * queue is committed is `commit-pace.ts`, except that it is at once when it reaches `BATCH_WRITES_MAX`. A
 * write is answered after the fsync and never before.
 *
 * @module
 */
import { err, ok, type Result } from '@sotto/crypto/result'
import { classifyStoreFailure, type StoreFailure } from './store-failure.ts'

/** Bounds how long one commit blocks the event loop. */
export const BATCH_WRITES_MAX = 100

export interface Transactions {
  /** Runs `task` in one transaction; what it throws rolls everything back and is thrown on. */
  run(task: () => void): void
}

/** So many writes make a commit worth its fsync: waiting for more would only delay them. */
export const BATCH_WRITES_ENOUGH = 16

/**
 * Runs `task` later: as soon as the event loop has read its input when it is urgent. The task gives the number of
 * writes that it committed.
 */
export type Defer = (task: () => number, isUrgent: boolean) => void

interface PendingWrite {
  readonly apply: () => void
  readonly settle: (failure: StoreFailure | undefined) => void
}

export class GroupCommit {
  readonly #transactions: Transactions
  readonly #defer: Defer
  #pending: PendingWrite[] = []
  #isScheduled = false

  constructor(transactions: Transactions, defer: Defer) {
    this.#transactions = transactions
    this.#defer = defer
  }

  /** Resolves after the commit that holds the write, with what it returned. */
  write<T>(apply: () => T): Promise<Result<T, StoreFailure>> {
    const { promise, resolve } = Promise.withResolvers<Result<T, StoreFailure>>()
    let value: Result<T, StoreFailure> = err('failed')
    this.#pending.push({
      apply: () => {
        value = ok(apply())
      },
      settle: (failure) => resolve(failure === undefined ? value : err(failure)),
    })
    if (this.#pending.length >= BATCH_WRITES_MAX) this.flush()
    else if (this.#pending.length === BATCH_WRITES_ENOUGH) this.#defer(() => this.flush(), true)
    else this.#schedule()
    return promise
  }

  /** Commits whatever waits, now; gives the number of writes. */
  flush(): number {
    const batch = this.#pending
    this.#pending = []
    if (batch.length > 0) this.#commit(batch)
    return batch.length
  }

  #schedule(): void {
    if (this.#isScheduled) return
    this.#isScheduled = true
    this.#defer(() => {
      this.#isScheduled = false
      return this.flush()
    }, false)
  }

  /** When a batch fails, each write is tried alone, so that one bad row or the last free page costs one answer. */
  #commit(batch: readonly PendingWrite[]): void {
    const failure = this.#attempt(batch)
    if (failure !== undefined && batch.length > 1) {
      for (const write of batch) write.settle(this.#attempt([write]))
      return
    }
    for (const { settle } of batch) settle(failure)
  }

  #attempt(batch: readonly PendingWrite[]): StoreFailure | undefined {
    try {
      this.#transactions.run(() => {
        for (const { apply } of batch) apply()
      })
      return undefined
    } catch (error) {
      return classifyStoreFailure(error)
    }
  }
}
