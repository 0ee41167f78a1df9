/**
 * Everything of spec 12 that a messenger does by itself, put together: how to seal, what to open with, and what comes with each round.
 *
 * @module
 */
import { type AccountId, parseAccountId } from '@sotto/crypto/identity'
import { type Result, ok } from '@sotto/crypto/result'
import type { AccountKey } from '@sotto/protocol/session-v2'
import { publicKeysOf, FEATURE_SIZE_CLASSES } from '@sotto/protocol/session-v2'
import type { ClientError } from '../../errors.ts'
import type { DeviceSettings } from '../actions/device-settings.ts'
import { DeviceGroup, type DeviceGroupParts } from '../devices/device-group.ts'
import type { DeviceEvent } from '../devices/device-event.ts'
import { DeviceKeeper } from '../devices/device-keeper.ts'
import { parseJson } from '../parse-json.ts'
import type { OwnSwarmParts } from '../swarm/call-own-swarm.ts'
import { type AccountKeyParts, AccountKeyRing } from './account-key-ring.ts'
import { KeyPrefetch } from './key-prefetch.ts'
import { listPrefetchable, type PrefetchableParts } from './list-prefetchable.ts'
import { OutboxKeeper } from './outbox-keeper.ts'
import { PeerKeyBook } from './peer-key-book.ts'
import { noteForm, type SecrecyEvent } from './note-form.ts'
import type { MessageSeal, Seals } from './seal-content.ts'

/** In which conversations something was sent in a lesser form, and nobody was told yet. */
const UNTOLD = 'secrecy:untold'
const UNTOLD_MAX = 100
/** Spec 12 §2.7. */
const WITNESSES = 2

export interface SecrecyParts extends AccountKeyParts, OwnSwarmParts, PrefetchableParts {
  readonly settings: DeviceSettings
  readonly details: DeviceGroupParts['details']
}

export type KeyErasure =
  | 'after-sixteen-days'
  | 'early'
  /** Early was ordered, and cannot be: of our swarm, fewer than two members were read to their ends since it was due. */
  | 'waits-for-nodes'

export interface RoundSeen {
  /** Members of our swarm that were read to their ends. */
  readonly completeMembers: number
}

export class Secrecy {
  readonly ring: AccountKeyRing
  readonly outbox: OutboxKeeper
  readonly group: DeviceGroup
  readonly devices: DeviceKeeper
  readonly peers: PeerKeyBook
  readonly #parts: SecrecyParts
  readonly #prefetches: KeyPrefetch

  constructor(parts: SecrecyParts) {
    this.#parts = parts
    this.ring = new AccountKeyRing(parts)
    this.outbox = new OutboxKeeper({ ...parts, ring: this.ring })
    this.group = new DeviceGroup({ ...parts, ring: this.ring })
    const { ring, outbox, group } = this
    this.devices = new DeviceKeeper({ ...parts, ring, outbox, group })
    this.peers = new PeerKeyBook(parts)
    this.#prefetches = new KeyPrefetch(parts)
  }

  /** Wanted, and this device is one of those that can read what is sealed to the account's keys. */
  get isOn(): boolean {
    return this.#parts.settings.current.forwardSecrecy && this.group.isMember
  }

  /** Spec 12 §4.4. */
  get erasure(): KeyErasure {
    // What other devices hold, they would give back.
    const isEarly = this.#parts.settings.current.erasesKeysEarly && this.group.isAlone
    if (!isEarly) return 'after-sixteen-days'
    return this.ring.isErasureLate() ? 'waits-for-nodes' : 'early'
  }

  /** To open with; also after it was turned off, until the last message that needs them is gone. */
  listKeys(): readonly AccountKey[] {
    return this.ring.list()
  }

  async choose(to: AccountId): Promise<Result<Seals, ClientError>> {
    const copy = this.#chooseForCopy()
    if (to === this.#parts.account.accountId) return ok({ message: copy, copy })
    const message = await this.peers.choose(to)
    return message.ok ? ok({ message: message.value, copy }) : message
  }

  /** Whether `choose` would answer without asking anybody. */
  isReady(to: AccountId): boolean {
    return to === this.#parts.account.accountId || this.peers.isReady(to)
  }

  /** Inside of the transaction that queues the message. */
  noteSent(to: AccountId, { form }: MessageSeal, sentAtMs: number): void {
    if (to === this.#parts.account.accountId) return
    const note = { conversation: to, direction: 'sent' as const, form, sentAtMs }
    const { history } = this.#parts
    if (noteForm(note, history).length === 0) return
    const untold = [...this.#listUntold(), to].slice(-UNTOLD_MAX)
    history.state.put(UNTOLD, JSON.stringify([...new Set(untold)]))
  }

  /** After what came was taken in: keys are replaced, given to our other devices, shown, fetched and erased. */
  async tend({ completeMembers }: RoundSeen): Promise<readonly (SecrecyEvent | DeviceEvent)[]> {
    this.ring.correctTimes()
    this.ring.prune()
    await this.devices.settle(completeMembers)
    const isForeign = await this.#tendOutbox(completeMembers)
    this.outbox.endRound()
    this.#pruneEarly(completeMembers)
    await this.#prefetch()
    const own = isForeign ? [{ kind: 'foreign_key' } as const] : []
    return [...this.group.takeEvents(), ...own, ...this.#takeUntold()]
  }

  async #prefetch(): Promise<void> {
    const { time } = this.#parts
    const nowMs = time.now()
    const account = this.#prefetches.choose(listPrefetchable(this.#parts, nowMs), nowMs)
    if (account !== undefined) await this.peers.fetch(account)
  }

  /** What was sent by a program that had no round after it is told by the next one. */
  #takeUntold(): readonly SecrecyEvent[] {
    const { history } = this.#parts
    return history.transaction(() => {
      const untold = this.#listUntold()
      if (untold.length > 0) history.state.put(UNTOLD, '[]')
      return untold.flatMap((conversation) => {
        const sent = history.protections.find(conversation, 'sent')
        if (sent === undefined) return []
        return { kind: 'downgraded', conversation, direction: 'sent', form: sent.form } as const
      })
    })
  }

  #listUntold(): readonly AccountId[] {
    const ids = parseJson(this.#parts.history.state.find(UNTOLD))
    if (!Array.isArray(ids)) return []
    return ids.flatMap((id) => {
      const parsed = typeof id === 'string' ? parseAccountId(id) : undefined
      return parsed?.ok === true ? parsed.value : []
    })
  }

  /** Whether somebody else publishes for this account. */
  async #tendOutbox(completeMembers: number): Promise<boolean> {
    if (!this.#parts.settings.current.forwardSecrecy) return this.#retire()
    if (!this.isOn || completeMembers === 0) return false
    const active = this.ring.findActive()
    // What only this device can read must not be asked for.
    return active?.isDistributed === true && this.outbox.tend(active)
  }

  /** Of a device that is alone. In a group the others go on. */
  async #retire(): Promise<false> {
    if (this.group.isMember) return false
    if (this.ring.findActive() !== undefined) this.ring.retire()
    await this.outbox.withdraw()
    return false
  }

  #pruneEarly(completeMembers: number): void {
    const { settings, time } = this.#parts
    if (!settings.current.erasesKeysEarly || completeMembers < WITNESSES) return
    // Others would give them back.
    if (!this.group.isAlone) return
    this.ring.pruneEarly(time.now())
  }

  /** What we send must not be easier to read in our own swarm than in theirs. */
  #chooseForCopy(): MessageSeal {
    const newest = this.isOn ? this.ring.list().find((key) => key.isDistributed) : undefined
    if (newest === undefined) return { form: 'first-version' }
    const keys = publicKeysOf(newest.pairs)
    return { form: 'forward-secret', keys, features: FEATURE_SIZE_CLASSES }
  }
}
