/**
 * The port behind which a node keeps messages (spec 03 §3, §4). Who may read or write what was decided
 * before; the store knows accounts as 33 bytes and nothing about what they hold.
 *
 * Reads are synchronous and never show an expired message. Writes resolve after they are durable.
 *
 * @module
 */
import type { Result } from '@sotto/crypto/result'
import type { ChangeSort } from '@sotto/protocol/replication'
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { StoreFailure } from './store-failure.ts'

export interface StoredMessage {
  readonly hash: string
  readonly timestampMs: number
  readonly expiryMs: number
  readonly data: Uint8Array
}

export interface NewMessage extends StoredMessage {
  readonly account: AccountBytes
  readonly namespace: number
  /** When the first member of the swarm that is known of had it. */
  readonly storedMs: number
  /** The new message takes the place of all others of its namespace (public outbox). */
  readonly replacesOthers: boolean
}

/** A signed request that alters messages, kept with its effect so that it can be shown to others (spec 10 §8.1). */
export interface AccountChange {
  readonly account: AccountBytes
  /** When the first member of the swarm had it. */
  readonly atMs: number
  /** Of date and request (spec 10 §8.1). */
  readonly hash: Uint8Array
  /** When no message can live any more that it could concern. */
  readonly untilMs: number
  /** A revocation is not forgotten then, as long as its account keeps anything here. */
  readonly sort: ChangeSort
  /** As nodes forward it (spec 03 §6.2). */
  readonly request: Uint8Array
}

/** When a write was asked for. It reaches what was there then (spec 10 §8.3). */
export interface ChangeDate {
  readonly atMs: number
  /** Committed together with what it does. */
  readonly change: AccountChange
}

export interface StoreOutcome {
  /** The same bytes were there before. */
  readonly already: boolean
  /** Never earlier than it was. */
  readonly expiryMs: number
}

export interface RetrieveQuery {
  readonly account: AccountBytes
  readonly namespace: number
  /** Start after this message; from the beginning when it is unknown. */
  readonly lastHash: string | undefined
  readonly countMax: number
  /** Whether a message still fits after what was taken; the first one always does. */
  readonly takes: (message: StoredMessage) => boolean
  readonly nowMs: number
}

export interface MessagePage {
  readonly messages: readonly StoredMessage[]
  readonly more: boolean
}

/** Messages of one account in one namespace, or in all. */
export interface BoxSelection {
  readonly account: AccountBytes
  readonly namespace: number | 'all'
  /** Only those that their senders dated up to then. */
  readonly sentUntilMs?: number
}

export interface HashInNamespace {
  readonly hash: string
  readonly namespace: number
}

export interface ExpiryChange {
  readonly hash: string
  readonly expiryMs: number
  readonly mode: 'set' | 'shorten' | 'extend'
}

export interface ExpiryOutcome {
  readonly hash: string
  readonly updated: boolean
  /** What the message has now. */
  readonly expiryMs: number
}

export type Written<T> = Promise<Result<T, StoreFailure>>

/** A write without a date reaches everything that is there. */
export interface MessageStore extends AsyncDisposable {
  store(message: NewMessage): Written<StoreOutcome>
  retrieve(query: RetrieveQuery): MessagePage
  /** Deletes by hash; returns the hashes that were there. */
  delete(
    account: AccountBytes,
    hashes: readonly string[],
    date?: ChangeDate,
  ): Written<readonly string[]>
  /** Deletes a whole box; returns what was there. */
  deleteRange(box: BoxSelection, date?: ChangeDate): Written<readonly HashInNamespace[]>
  /** Shortens all expiries that are later; returns what changed. */
  expireAll(
    box: BoxSelection,
    expiryMs: number,
    date?: ChangeDate,
  ): Written<readonly HashInNamespace[]>
  /** Leaves out what is unknown or had ended. */
  expire(
    account: AccountBytes,
    changes: readonly ExpiryChange[],
    date: ChangeDate,
  ): Written<readonly ExpiryOutcome[]>
  expiries(
    account: AccountBytes,
    hashes: readonly string[],
    nowMs: number,
  ): ReadonlyMap<string, number>
  /** Keeps the newest revocations. Does nothing for an account that never stored anything. */
  revoke(account: AccountBytes, tokens: readonly Uint8Array[], date?: ChangeDate): Written<void>
  /** Returns how many were revoked before. */
  unrevoke(account: AccountBytes, tokens: readonly Uint8Array[], date?: ChangeDate): Written<number>
  isRevoked(account: AccountBytes, token: Uint8Array): boolean
  /** When the newest kept change of the account was made. */
  lastChangeMs(account: AccountBytes): number | undefined
  /** When the last of the account’s messages, or of those named, was stored, as far as one is here. */
  lastStoredMs(account: AccountBytes, hashes?: readonly string[]): number | undefined
  /** Removes up to `limit` expired messages and returns how many there were. */
  sweep(nowMs: number, limit: number): Written<number>
  /** Commits what waits, so that nothing is lost when the process ends in order. */
  flush(): void
}
