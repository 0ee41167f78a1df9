/**
 * What the world sees of our account keys (spec 12 §2.5, §2.6): the active one is put into our outbox, looked at again, and put back when
 * it is gone. A signed key in it that this device does not hold is told: only somebody with the recovery phrase can have made it.
 *
 * @module
 */
import { equalBytes } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import { ok, type Result } from '@sotto/crypto/result'
import { sign } from '@sotto/crypto/signing'
import { encodeDeleteText, encodeStoreText } from '@sotto/protocol/rpc'
import {
  type AccountKey,
  arePublicKeysEqual,
  encodeOutbox,
  FEATURE_SIZE_CLASSES,
  OUTBOX_NAMESPACE,
  OUTBOX_TTL_MS,
  type PublishedKeys,
  publicKeysOf,
} from '@sotto/protocol/session-v2'
import type { ClientError } from '../../errors.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { callOwnSwarm, type OwnSwarmParts } from '../swarm/call-own-swarm.ts'
import type { AccountKeyParts, AccountKeyRing } from './account-key-ring.ts'
import { fetchOutbox } from './fetch-outbox.ts'

const HASH = 'secrecy:outbox-hash'
const ISSUED = 'secrecy:outbox-issued'
const LOOKED = 'secrecy:outbox-looked'
const REPAIRED = 'secrecy:outbox-repaired'
const CONTESTED = 'secrecy:outbox-contested'
const MS_PER_SECOND = 1000
/** Spec 12 §2.6. Also the least time between two answers to whoever else publishes. */
const LOOK_EVERY_MS = 3_600_000
const STORE_EVERY_MS = 60_000
/** A time far ahead, by whoever has the phrase, would be the last word for ever. */
const AHEAD_SECONDS_MAX = 86_400

export interface OutboxKeeperParts extends AccountKeyParts, OwnSwarmParts {
  readonly ring: AccountKeyRing
}

export class OutboxKeeper {
  readonly #parts: OutboxKeeperParts
  /** Which key was stored last by this process, and when. */
  #stored: { readonly seed: Uint8Array; readonly atMs: number } | undefined

  constructor(parts: OutboxKeeperParts) {
    this.#parts = parts
  }

  /** Somebody else published a key for this account, and nobody has said since that it was meant. */
  get isContested(): boolean {
    return this.#read(CONTESTED) > 0
  }

  /** Gives whether a foreign key was found now. */
  async tend(active: AccountKey): Promise<boolean> {
    const isDue = this.#parts.time.now() - this.#read(LOOKED) >= LOOK_EVERY_MS
    if (active.isPublished && !isDue) return false
    const isForeign = await this.#look(active)
    if (isForeign && !this.#mayRepair()) return true
    if (this.#parts.ring.findActive()?.isPublished === true && !isForeign) return false
    if (this.#wasJustStored(active)) return isForeign
    const stored = await this.#publish(active)
    if (stored.ok) await this.#look(active)
    return isForeign
  }

  /** A member that hides our message must not make us store with every round. */
  #wasJustStored({ seed }: AccountKey): boolean {
    if (this.#stored === undefined || !equalBytes(this.#stored.seed, seed)) return false
    return this.#parts.time.now() - this.#stored.atMs < STORE_EVERY_MS
  }

  /** Our last message goes; whoever has its key seals to it for two more days. */
  async withdraw(): Promise<void> {
    const { account, history } = this.#parts
    const hash = history.state.find(HASH) ?? ''
    if (hash === '') return
    this.#write(CONTESTED, 0)
    const params = {
      account: toAccountBytes(account.accountId),
      publicKey: account.signing.publicKey,
      messages: [hash],
      signature: sign(account.signing, encodeDeleteText({ messages: [hash] })),
    }
    const answer = await callOwnSwarm(() => [{ method: 'delete', params }], this.#parts)
    if (answer.ok) history.state.put(HASH, '')
  }

  /** Compares what two members show with what we hold. */
  async #look(active: AccountKey): Promise<boolean> {
    const { account, ring, time, history } = this.#parts
    const { outcomes } = await fetchOutbox(account.accountId, this.#parts)
    const shown = outcomes.flatMap((outcome) => (outcome.kind === 'found' ? [outcome.keys] : []))
    if (outcomes.length > 0) this.#write(LOOKED, time.now())
    for (const { issuedAtSeconds = 0 } of shown)
      this.#write(ISSUED, Math.max(this.#read(ISSUED), this.#clampIssued(issuedAtSeconds)))
    const isForeign = shown.some((keys) => !this.#isHeld(keys))
    history.transaction(() => {
      const isShown = shown.some((keys) => arePublicKeysEqual(keys, publicKeysOf(active.pairs)))
      if (isShown && !isForeign) ring.notePublished(active)
      if (isForeign) this.#write(CONTESTED, time.now())
    })
    return isForeign
  }

  #isHeld(shown: PublishedKeys): boolean {
    return this.#parts.ring
      .list()
      .some(({ pairs }) => arePublicKeysEqual(shown, publicKeysOf(pairs)))
  }

  #mayRepair(): boolean {
    const nowMs = this.#parts.time.now()
    if (nowMs - this.#read(REPAIRED) < LOOK_EVERY_MS) return false
    this.#write(REPAIRED, nowMs)
    return true
  }

  async #publish(active: AccountKey): Promise<Result<unknown, ClientError>> {
    const { account, history, randomness, time } = this.#parts
    const issuedAtSeconds = this.#reserveIssued()
    const keys = { ...publicKeysOf(active.pairs), issuedAtSeconds, features: FEATURE_SIZE_CLASSES }
    const data = encodeOutbox(account, keys, randomness)
    const place = { account: toAccountBytes(account.accountId), namespace: OUTBOX_NAMESPACE, data }
    const createdMs = time.now()
    const answer = await callOwnSwarm((nowMs) => {
      const times = { timestampMs: createdMs, sigTimestampMs: nowMs }
      const text = encodeStoreText({ namespace: OUTBOX_NAMESPACE, sigTimestampMs: nowMs })
      const signature = sign(account.signing, text)
      const signed = { publicKey: account.signing.publicKey, signature }
      const params = { ...place, ...times, ...signed, expiryMs: createdMs + OUTBOX_TTL_MS }
      return [{ method: 'store', params }]
    }, this.#parts)
    this.#stored = { seed: active.seed, atMs: createdMs }
    if (!answer.ok) return answer
    history.state.put(HASH, deriveMessageHash(place))
    return ok(undefined)
  }

  /** Later than every message before, whatever the clock says. */
  #reserveIssued(): number {
    const nowSeconds = Math.floor(this.#parts.time.now() / MS_PER_SECOND)
    return this.#parts.history.transaction(() => {
      const issued = Math.max(nowSeconds, this.#read(ISSUED) + 1)
      this.#write(ISSUED, issued)
      return issued
    })
  }

  #clampIssued(seconds: number): number {
    return Math.min(seconds, Math.floor(this.#parts.time.now() / MS_PER_SECOND) + AHEAD_SECONDS_MAX)
  }

  #read(name: string): number {
    return Number(this.#parts.history.state.find(name) ?? 0) || 0
  }

  #write(name: string, value: number): void {
    this.#parts.history.state.put(name, String(value))
  }
}
