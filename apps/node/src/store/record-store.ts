/**
 * The port through which a swarm's records are compared and replicated (spec 10): the same messages and changes as behind
 * `message-store.ts`, seen from all accounts at once. Whether a record may come in was decided before.
 *
 * @module
 */
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { AccountChange, Written } from './message-store.ts'

/** A message as it travels between members. */
export interface ReplicatedMessage {
  readonly account: AccountBytes
  readonly namespace: number
  readonly hash: string
  readonly timestampMs: number
  readonly storedMs: number
  readonly firstExpiryMs: number
  readonly data: Uint8Array
}

export type DatedRow = Omit<ReplicatedMessage, 'account' | 'data'>

/** What tells a message from all others, and two ends that its store gave it. */
export interface MessageId {
  readonly hash: string
  readonly namespace: number
}

export interface ScannedMessage extends MessageId {
  readonly account: Uint8Array
  readonly firstExpiryMs: number
  readonly storedMs: number
}

/** Whose a message is, and what its key is made of: as little as can be, because all of a node's are read at once. */
export interface ScannedKey extends MessageId {
  /** A text is read from the database several times faster than bytes. */
  readonly accountHex: string
  readonly firstExpiryMs: number
}

export interface ScannedChange {
  readonly account: Uint8Array
  readonly hash: Uint8Array
  readonly atMs: number
}

export interface Slice<T> {
  readonly rows: readonly T[]
  /** Where the next slice begins; undefined after the last one. */
  readonly next: number | undefined
}

/** What changes mean. They are in ascending order of time, then of hash. */
export interface ChangeMeaning {
  /** When the message ends under these changes of its account; `undefined` when it is gone. */
  expiryOf(message: DatedRow, changes: readonly AccountChange[]): number | undefined
  /** Which tokens the last word of the changes revokes, and which it restores. */
  tokensOf(changes: readonly AccountChange[]): TokenChange
}

export interface TokenChange {
  readonly revoked: readonly Uint8Array[]
  readonly restored: readonly Uint8Array[]
}

export interface AdmittedMessage extends ReplicatedMessage {
  /** Only the newest message of its namespace is kept (public outbox). */
  readonly isAlone: boolean
}

/**
 * `covered`: a change of the account, or a newer message, has removed it already; or the account has changes that are newer
 * and do the same, or so many that this one was applied and forgotten at once.
 */
export type Admission = 'stored' | 'already' | 'covered'

export interface StoreSummary {
  readonly namespaces: readonly { readonly namespace: number; readonly messages: number }[]
  readonly firstExpiryMs: number | undefined
}

export interface RecordStore {
  /** Messages that have not expired, in the order of insertion. Synchronous and bounded by `limit`. */
  scanMessages(from: number, limit: number, nowMs: number): Slice<ScannedKey>
  scanChanges(from: number, limit: number): Slice<ScannedChange>
  /** Everything of one account. */
  listMessages(account: AccountBytes, nowMs: number): readonly ScannedMessage[]
  listChanges(account: AccountBytes): readonly ScannedChange[]
  /** Up to `count` random messages that were stored before a time and have not expired. */
  sampleMessages(count: number, storedBeforeMs: number, nowMs: number): readonly ScannedMessage[]
  /** How many messages there are, expired ones included, and what the file takes. */
  measure(): { readonly messages: number; readonly bytes: number }
  /** How many messages each namespace has in all accounts together, and when the first message ends. Reads an index. */
  summarize(): StoreSummary
  readMessage(id: MessageId, nowMs: number): ReplicatedMessage | undefined
  readChange(hash: Uint8Array): AccountChange | undefined
  /** Resolves when all are durable. */
  admitMessages(
    messages: readonly AdmittedMessage[],
    meaning: ChangeMeaning,
  ): Written<readonly Admission[]>
  /** Keeps the change and applies all of the account's changes to what is there. */
  admitChange(change: AccountChange, meaning: ChangeMeaning): Written<Admission>
  /** Forgets messages that another swarm has confirmed. */
  forgetMessages(ids: readonly MessageId[]): Written<number>
  forgetChanges(hashes: readonly Uint8Array[]): Written<number>
}
