/**
 * The account keys of this device (spec 12 §2), kept in the database alone, because several programs may have the account open. When they
 * are replaced is `DeviceGroup`, what the world sees of them `OutboxKeeper`.
 *
 * @module
 */
import { encodeHex, wipeBytes } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import {
  type AccountKey,
  addNewAccountKey,
  findActiveKey,
  pruneAccountKeys,
  restoreAccountKey,
} from '@sotto/protocol/session-v2'
import type { StoredAccountKey } from '../../storage/account-key-table.ts'
import type { History } from '../../storage/history.ts'
import type { NetworkTime } from '../network/network-clock.ts'

const MS_PER_SECOND = 1000
/** Spec 12 §2.7. How long senders may use a replaced key, and an hour for clocks. */
const SENDERS_USE_SECONDS = 49 * 3600
/** Keys of one second are made a second apart. */
const AHEAD_SECONDS = 60
/** Rounds may be so far apart before erasing counts as late. */
const ROUND_SECONDS = 6 * 3600

export interface AccountKeyParts {
  readonly history: History
  readonly time: NetworkTime
  readonly randomness: Randomness
}

export class AccountKeyRing {
  readonly #parts: AccountKeyParts
  /** What follows from a seed costs half a millisecond each time. */
  #expanded = new Map<string, AccountKey['pairs']>()

  constructor(parts: AccountKeyParts) {
    this.#parts = parts
  }

  /** All that are held, in the order of spec 12 §2.2. */
  list(): readonly AccountKey[] {
    const expanded = new Map<string, AccountKey['pairs']>()
    const keys = this.#parts.history.accountKeys.list().map((stored): AccountKey => {
      const name = encodeHex(stored.seed)
      const pairs = this.#expanded.get(name) ?? restoreAccountKey(stored).pairs
      expanded.set(name, pairs)
      return Object.assign(stored, { pairs })
    })
    this.#expanded = expanded
    return keys.toSorted(compareKeys)
  }

  findActive(): AccountKey | undefined {
    return findActiveKey(this.list())
  }

  /** Changes when a key comes or goes. */
  describe(): string {
    return this.#parts.history.accountKeys
      .list()
      .map(({ seed }) => encodeHex(seed))
      .toSorted()
      .join()
  }

  /**
   * Times of a clock that was ahead become now, before the world sees a key that it made: a meter that counts from a time to come would
   * say that a thief reads nothing, and be believed.
   */
  correctTimes(): void {
    const { history } = this.#parts
    const nowSeconds = this.#nowSeconds()
    history.transaction(() => {
      for (const key of history.accountKeys.list()) {
        const { createdSeconds, rotatedSeconds } = key
        if (Math.max(createdSeconds, rotatedSeconds ?? 0) <= nowSeconds + AHEAD_SECONDS) continue
        history.accountKeys.put({
          ...key,
          createdSeconds: Math.min(createdSeconds, nowSeconds),
          ...(rotatedSeconds !== undefined && {
            rotatedSeconds: Math.min(rotatedSeconds, nowSeconds),
          }),
        })
      }
    })
  }

  rotate(): void {
    const { history, randomness } = this.#parts
    history.transaction(() => {
      this.save(addNewAccountKey(this.list(), this.#nowSeconds(), randomness))
    })
  }

  /** No new key follows: what was sealed to the active one stays readable for as long as it can be in a swarm. */
  retire(): void {
    const { history } = this.#parts
    const nowSeconds = this.#nowSeconds()
    history.transaction(() => {
      const active = this.findActive()
      if (active !== undefined) history.accountKeys.put({ ...active, rotatedSeconds: nowSeconds })
    })
  }

  notePublished(active: AccountKey): void {
    this.#parts.history.accountKeys.put({ ...active, isPublished: true })
  }

  /** Erases what no message in a swarm can need. */
  prune(): void {
    this.#keep((keys, nowSeconds) => pruneAccountKeys(keys, nowSeconds))
  }

  /**
   * Spec 12 §2.7. `completeAtMs` is when two members of our swarm were read to their ends: what honest senders sealed to a key that was
   * replaced long enough before that has been opened.
   */
  pruneEarly(completeAtMs: number): void {
    const safeSeconds = Math.floor(completeAtMs / MS_PER_SECOND) - SENDERS_USE_SECONDS
    this.#keep((keys) =>
      keys.filter(
        ({ rotatedSeconds }) => rotatedSeconds === undefined || rotatedSeconds > safeSeconds,
      ),
    )
  }

  /** Whether a key is held that early erasure would have taken, had two members of our swarm been read to their ends. */
  isErasureLate(): boolean {
    const lateSeconds = this.#nowSeconds() - SENDERS_USE_SECONDS - ROUND_SECONDS
    return this.#parts.history.accountKeys
      .list()
      .some(({ rotatedSeconds = Infinity }) => rotatedSeconds < lateSeconds)
  }

  /** Writes only when something goes: this runs with every round. */
  #keep(select: (keys: readonly AccountKey[], nowSeconds: number) => readonly AccountKey[]): void {
    const { history } = this.#parts
    history.transaction(() => {
      const keys = this.list()
      const kept = select(keys, this.#nowSeconds())
      if (kept.length < keys.length) this.save(kept)
    })
  }

  /** Writes what differs, inside of a transaction. */
  save(keys: readonly AccountKey[]): void {
    const { accountKeys } = this.#parts.history
    const kept = new Set(keys.map(({ seed }) => encodeHex(seed)))
    const stored = new Map(accountKeys.list().map((key) => [encodeHex(key.seed), key]))
    for (const [name, { seed }] of stored) {
      if (kept.has(name)) continue
      accountKeys.erase(seed)
      wipeBytes(seed)
    }
    for (const key of keys) {
      const before = stored.get(encodeHex(key.seed))
      if (before === undefined || !isSame(before, key)) accountKeys.put(key)
    }
  }

  #nowSeconds(): number {
    return Math.floor(this.#parts.time.now() / MS_PER_SECOND)
  }
}

function isSame(a: StoredAccountKey, b: StoredAccountKey): boolean {
  const isEqual = a.isPublished === b.isPublished && a.isDistributed === b.isDistributed
  const { createdSeconds, rotatedSeconds } = a
  return isEqual && createdSeconds === b.createdSeconds && rotatedSeconds === b.rotatedSeconds
}

/** Active, then those replaced last. */
function compareKeys(a: AccountKey, b: AccountKey): number {
  const [rotatedA, rotatedB] = [a.rotatedSeconds ?? Infinity, b.rotatedSeconds ?? Infinity]
  if (rotatedA !== rotatedB) return rotatedA < rotatedB ? 1 : -1
  return b.createdSeconds - a.createdSeconds
}
