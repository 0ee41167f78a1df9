/**
 * What the world sees of our account keys (spec 12 §2.5, §2.6): the active one is put into our outbox, looked at again, and put back when
 * it is gone. A signed key in it that this device does not hold is told: only somebody with the recovery phrase can have made it.
 *
 * @module
 */
import { encodeHex, equalBytes } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import { sign } from '@sotto/crypto/signing'
import { encodeDeleteText, encodeStoreText } from '@sotto/protocol/rpc'
import {
  type AccountKey,
  arePublicKeysEqual,
  decodeOutbox,
  encodeOutbox,
  FEATURE_SIZE_CLASSES,
  OUTBOX_NAMESPACE,
  OUTBOX_TTL_MS,
  type PublishedKeys,
  publicKeysOf,
} from '@sotto/protocol/session-v2'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { type AccountRequest, callOwnSwarm, type OwnSwarmParts } from '../swarm/call-own-swarm.ts'
import type { AccountKeyParts, AccountKeyRing } from './account-key-ring.ts'
import { fetchOutbox } from './fetch-outbox.ts'

const HASH = 'secrecy:outbox-hash'
const ISSUED = 'secrecy:outbox-issued'
const LOOKED = 'secrecy:outbox-looked'
const REPAIRED = 'secrecy:outbox-repaired'
const CONTESTED = 'secrecy:outbox-contested'
/** A key that this device does not hold; another device may have made it, and its group message be on its way. */
const SUSPECT = 'secrecy:outbox-suspect'
/** The last that was told. */
const FOREIGN = 'secrecy:outbox-foreign'
const MS_PER_SECOND = 1000
/** Spec 12 §2.6. Also the least time between two answers to whoever else publishes. */
const LOOK_EVERY_MS = 3_600_000
const STORE_EVERY_MS = 60_000
/** A time far ahead, by whoever has the phrase, would be the last word for ever. */
const AHEAD_SECONDS_MAX = 86_400

export interface OutboxKeeperParts extends AccountKeyParts, OwnSwarmParts {
  readonly ring: AccountKeyRing
}

/** Our own outbox message, to be stored beside other things. */
export interface Publication {
  readonly compose: (nowMs: number) => AccountRequest
  /** A member took it. */
  readonly confirm: () => void
}

export class OutboxKeeper {
  readonly #parts: OutboxKeeperParts
  /** Came with this round, before which the group was read. */
  #suspectNow: string | undefined
  /** Which key was stored last by this process, and when. */
  #stored: { readonly seed: Uint8Array; readonly atMs: number } | undefined

  constructor(parts: OutboxKeeperParts) {
    this.#parts = parts
  }

  /** Somebody else published a key for this account, and nobody has said since that it was meant. */
  get isContested(): boolean {
    return this.#read(CONTESTED) > 0
  }

  /** It was meant, or the person has seen it. The same key is not told again. */
  dismiss(): void {
    this.#write(CONTESTED, 0)
  }

  /** What came with a round: another device of ours may have shown a new key, or somebody else. */
  note(messages: readonly { readonly data: Uint8Array }[]): void {
    const { account, ring } = this.#parts
    for (const { data } of messages.slice(-1)) {
      const shown = decodeOutbox(account.accountId, data)
      if (!shown.ok) continue
      const active = ring.findActive()
      if (!this.#isHeld(shown.value)) this.#suspect(shown.value)
      else if (active && arePublicKeysEqual(shown.value, publicKeysOf(active.pairs)))
        ring.notePublished(active)
    }
  }

  /**
   * Gives whether a foreign key is to be told. One that this device does not hold is foreign only after the group was read again: another
   * device may have made it a moment ago.
   */
  async tend(active: AccountKey): Promise<boolean> {
    const isTold = this.#settleSuspect()
    const isDue = this.#parts.time.now() - this.#read(LOOKED) >= LOOK_EVERY_MS
    if (active.isPublished && !isDue && !isTold) return false
    const shown = await this.#look(active)
    if (shown === 'foreign') await this.#repair(active)
    else if (shown === 'own' && this.#parts.ring.findActive()?.isPublished !== true)
      await this.#show(active)
    return isTold
  }

  async #show(active: AccountKey): Promise<void> {
    if (this.#wasJustStored(active)) return
    if (await this.#publish(active)) await this.#look(active)
  }

  /** Whoever saw the foreign key believes ours, which is newer; the next one is one that nobody has seen. */
  async #repair(active: AccountKey): Promise<void> {
    if (!this.#mayRepair()) return
    await this.#publish(active)
    this.#parts.ring.rotate()
  }

  /** The round is over: what is still not held when the next one has read the group is foreign. */
  endRound(): void {
    this.#suspectNow = undefined
  }

  #suspect({ agreement }: PublishedKeys): void {
    const name = encodeHex(agreement)
    const { state } = this.#parts.history
    if (state.find(SUSPECT) === name || state.find(FOREIGN) === name) return
    state.put(SUSPECT, name)
    this.#suspectNow = name
  }

  /** Whether what was suspected in an earlier round is foreign. It is told once for each key. */
  #settleSuspect(): boolean {
    const { history, ring, time } = this.#parts
    return history.transaction(() => {
      const name = history.state.find(SUSPECT) ?? ''
      if (name === '' || name === this.#suspectNow) return false
      history.state.put(SUSPECT, '')
      if (ring.list().some(({ pairs }) => encodeHex(pairs.agreement.publicKey) === name))
        return false
      history.state.put(FOREIGN, name)
      this.#write(CONTESTED, time.now())
      return true
    })
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
  async #look(active: AccountKey): Promise<'own' | 'suspect' | 'foreign'> {
    const { account, ring, time, history } = this.#parts
    const { outcomes } = await fetchOutbox(account.accountId, this.#parts)
    const shown = outcomes.flatMap((outcome) => (outcome.kind === 'found' ? [outcome.keys] : []))
    if (outcomes.length > 0) this.#write(LOOKED, time.now())
    for (const { issuedAtSeconds = 0 } of shown)
      this.#write(ISSUED, Math.max(this.#read(ISSUED), this.#clampIssued(issuedAtSeconds)))
    return history.transaction(() => {
      const unknown = shown.find((keys) => !this.#isHeld(keys))
      const isShown = shown.some((keys) => arePublicKeysEqual(keys, publicKeysOf(active.pairs)))
      if (unknown === undefined) {
        if (isShown) ring.notePublished(active)
        return 'own'
      }
      this.#suspect(unknown)
      return history.state.find(FOREIGN) === encodeHex(unknown.agreement) ? 'foreign' : 'suspect'
    })
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

  async #publish(active: AccountKey): Promise<boolean> {
    const { compose, confirm } = this.preparePublication(active)
    const answer = await callOwnSwarm((nowMs) => [compose(nowMs)], this.#parts)
    if (answer.ok) confirm()
    return answer.ok
  }

  preparePublication(active: AccountKey): Publication {
    const { account, history, randomness, time } = this.#parts
    const issuedAtSeconds = this.#reserveIssued()
    const keys = { ...publicKeysOf(active.pairs), issuedAtSeconds, features: FEATURE_SIZE_CLASSES }
    const data = encodeOutbox(account, keys, randomness)
    const place = { account: toAccountBytes(account.accountId), namespace: OUTBOX_NAMESPACE, data }
    const createdMs = time.now()
    this.#stored = { seed: active.seed, atMs: createdMs }
    const compose = (nowMs: number): AccountRequest => {
      const times = { timestampMs: createdMs, sigTimestampMs: nowMs }
      const text = encodeStoreText({ namespace: OUTBOX_NAMESPACE, sigTimestampMs: nowMs })
      const signature = sign(account.signing, text)
      const signed = { publicKey: account.signing.publicKey, signature }
      const params = { ...place, ...times, ...signed, expiryMs: createdMs + OUTBOX_TTL_MS }
      return { method: 'store', params }
    }
    return {
      compose,
      confirm: () => {
        history.state.put(HASH, deriveMessageHash(place))
      },
    }
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
