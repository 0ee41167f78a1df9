/**
 * The port for what was composed and may not have arrived yet. Entries hold the finished bytes: sent again after a
 * restart they have the same message hash, and a swarm keeps them once.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'

/** `sending` after a restart means that nobody knows; sending again is harmless. */
export type OutboxState = 'queued' | 'sending' | 'sent' | 'failed'

export interface OutboxEntry {
  /** The message hash, which also tells entries apart. */
  readonly hash: string
  /** In whose swarm it is stored; our own for the copy to our other devices. */
  readonly account: AccountId
  readonly data: Uint8Array
  readonly sentAtMs: number
  readonly state: OutboxState
}

export interface OutboxStore {
  /**
   * A time that no other message of this account has, at least `atLeastMs`: other clients tell messages of one author
   * apart by it. Two processes that ask at once get different ones.
   */
  reserveTime(atLeastMs: number): Promise<number>
  /** All or nothing. An entry that is there already stays as it is. */
  add(entries: readonly OutboxEntry[]): Promise<void>
  /** Oldest first. */
  list(states: readonly OutboxState[]): Promise<readonly OutboxEntry[]>
  /** `sent` is final: a process that gave up cannot take back what another achieved. */
  setState(hash: string, state: OutboxState): Promise<void>
  /** Removes entries that are done, `sent` or `failed`, of before this time. */
  prune(beforeMs: number): Promise<void>
}
