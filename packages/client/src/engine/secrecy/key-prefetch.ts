/**
 * When whose keys are fetched, so that nobody who sees fetches learns when somebody writes (spec 12 §4.6). Times follow from a secret of
 * this device and from the last answer about each contact, and from nothing that a person does. Asking is `PeerKeyBook`.
 *
 * @module
 */
import { concatBytes, decodeHex, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { blake2b } from '@sotto/crypto/hash'
import type { AccountId } from '@sotto/crypto/identity'
import type { Randomness } from '@sotto/crypto/randomness'
import type { PeerKeys } from '@sotto/protocol/session-v2'
import type { History } from '../../storage/history.ts'

const HOUR_MS = 3_600_000
/** Spec 12 §4.6. */
const MEAN_MS: number = 18 * HOUR_MS
/** Spec 12 §4.6. */
const LATE_FROM_MS: number = 20 * HOUR_MS
/** Spec 12 §4.6. */
const LATE_UNTIL_MS: number = 23.5 * HOUR_MS
/** Spec 12 §4.6. */
const SPACING_MEAN_MS = 30_000
/** Spec 12 §4.6. */
const DECOY_MEAN_MS: number = 12 * HOUR_MS
/** Spec 12 §4.6. A failure says nothing, and is not repeated with each round. */
const RETRY_MS = 600_000

const SECRET = 'secrecy:prefetch-secret'
const DECOY_AT = 'secrecy:decoy-at'
const SECRET_BYTES = 32
const DRAW_BYTES = 8

export interface PrefetchParts {
  readonly history: History
  readonly randomness: Randomness
}

export interface Prefetchable {
  /** To whom or from whom something came lately. */
  readonly active: readonly AccountId[]
  /** All of the history. */
  readonly known: readonly AccountId[]
}

export class KeyPrefetch {
  readonly #parts: PrefetchParts
  readonly #tried = new Map<AccountId, number>()
  #pausedUntilMs = Number.NEGATIVE_INFINITY
  #turns = 0

  constructor(parts: PrefetchParts) {
    this.#parts = parts
  }

  /** At most one, so that contacts are not asked about together; for a decoy it is anybody. */
  choose({ active, known }: Prefetchable, nowMs: number): AccountId | undefined {
    const isPaused = nowMs < this.#pausedUntilMs && nowMs > this.#pausedUntilMs - LATE_UNTIL_MS
    if (isPaused) return undefined
    const due = active.filter((account) => this.#isDue(account, nowMs))
    const chosen = this.#pick(due, 'due', nowMs) ?? this.#chooseDecoy(known, nowMs)
    if (chosen === undefined) return undefined
    this.#tried.set(chosen, nowMs)
    this.#pausedUntilMs = nowMs + exponential(this.#draw('pause', nowMs), SPACING_MEAN_MS)
    return chosen
  }

  /** When it is time to ask about somebody; at once if nobody ever answered. */
  findDueMs(account: AccountId): number {
    const answeredMs = findLastAnswer(this.#parts.history.peerKeys.find(account))
    if (answeredMs === undefined) return Number.NEGATIVE_INFINITY
    const first = this.#draw(account, answeredMs)
    return answeredMs + chooseGapMs(first, this.#draw(`${account} late`, answeredMs))
  }

  #isDue(account: AccountId, nowMs: number): boolean {
    const triedMs = this.#tried.get(account)
    if (triedMs !== undefined && Math.abs(nowMs - triedMs) < RETRY_MS) return false
    return this.findDueMs(account) <= nowMs
  }

  #chooseDecoy(known: readonly AccountId[], nowMs: number): AccountId | undefined {
    const { history } = this.#parts
    const planned = history.state.find(DECOY_AT)
    const atMs = planned === undefined ? undefined : Number(planned)
    // A clock that went back must not silence decoys for as long as it went.
    const isFar = atMs === undefined || !(atMs <= nowMs + 20 * DECOY_MEAN_MS)
    if (!isFar && atMs > nowMs) return undefined
    const nextMs = nowMs + exponential(this.#draw('decoy', nowMs), DECOY_MEAN_MS)
    history.state.put(DECOY_AT, String(Math.ceil(nextMs)))
    return isFar ? undefined : this.#pick(known, 'decoy who', nowMs)
  }

  #pick(accounts: readonly AccountId[], use: string, nowMs: number): AccountId | undefined {
    this.#turns += 1
    const sorted = accounts.toSorted()
    return sorted[Math.floor(this.#draw(`${use} ${this.#turns}`, nowMs) * sorted.length)]
  }

  /** Evenly from 0 up to 1; who does not know the secret cannot tell it from chance. */
  #draw(use: string, atMs: number): number {
    const text = encodeUtf8(`${use} ${atMs}`)
    const digest = blake2b(concatBytes([this.#readSecret(), text]), { length: DRAW_BYTES })
    const word = new DataView(digest.buffer, digest.byteOffset, DRAW_BYTES).getBigUint64(0)
    return Number(word >> 11n) / 2 ** 53
  }

  #readSecret(): Uint8Array {
    const { history, randomness } = this.#parts
    return history.transaction(() => {
      const known = decodeHex(history.state.find(SECRET) ?? '')
      if (known?.length === SECRET_BYTES) return known
      const created = randomness.bytes(SECRET_BYTES)
      history.state.put(SECRET, encodeHex(created))
      return created
    })
  }
}

/**
 * From two even draws. What would be late is spread over the last hours before the day is over: were it all at one hour, that hour would
 * tell this client.
 */
export function chooseGapMs(first: number, second: number): number {
  const gapMs = exponential(first, MEAN_MS)
  if (gapMs < LATE_FROM_MS) return gapMs
  return LATE_FROM_MS + second * (LATE_UNTIL_MS - LATE_FROM_MS)
}

function exponential(draw: number, meanMs: number): number {
  return -Math.log(1 - draw) * meanMs
}

function findLastAnswer({ published, empty }: PeerKeys): number | undefined {
  const answers = [published?.fetchedAtMs, empty?.lastAtMs].filter((each) => each !== undefined)
  return answers.length === 0 ? undefined : Math.max(...answers)
}
