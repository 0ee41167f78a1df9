/**
 * Everything of spec 12 that a messenger does by itself, put together: how to seal, what to open with, and what comes with each round.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, ok } from '@sotto/crypto/result'
import type { AccountKey } from '@sotto/protocol/session-v2'
import { publicKeysOf, FEATURE_SIZE_CLASSES } from '@sotto/protocol/session-v2'
import type { ClientError } from '../../errors.ts'
import type { DeviceSettings } from '../actions/device-settings.ts'
import type { OwnSwarmParts } from '../swarm/call-own-swarm.ts'
import { type AccountKeyParts, AccountKeyRing } from './account-key-ring.ts'
import { OutboxKeeper } from './outbox-keeper.ts'
import { PeerKeyBook } from './peer-key-book.ts'
import { noteForm, type SecrecyEvent } from './note-form.ts'
import type { MessageSeal, Seals } from './seal-content.ts'

/** Spec 12 §2.7. */
const WITNESSES = 2

export interface SecrecyParts extends AccountKeyParts, OwnSwarmParts {
  readonly settings: DeviceSettings
}

export interface RoundSeen {
  /** Members of our swarm that were read to their ends. */
  readonly completeMembers: number
}

export class Secrecy {
  readonly ring: AccountKeyRing
  readonly outbox: OutboxKeeper
  readonly peers: PeerKeyBook
  readonly #parts: SecrecyParts
  /** Told with the next round. */
  #events: SecrecyEvent[] = []

  constructor(parts: SecrecyParts) {
    this.#parts = parts
    this.ring = new AccountKeyRing(parts)
    this.outbox = new OutboxKeeper({ ...parts, ring: this.ring })
    this.peers = new PeerKeyBook(parts)
  }

  get isOn(): boolean {
    return this.#parts.settings.current.forwardSecrecy
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

  /** Inside of the transaction that queues the message. */
  noteSent(to: AccountId, { form }: MessageSeal, sentAtMs: number): void {
    if (to === this.#parts.account.accountId) return
    const note = { conversation: to, direction: 'sent' as const, form, sentAtMs }
    this.#events.push(...noteForm(note, this.#parts.history))
  }

  /** After what came was taken in: keys are replaced, shown, fetched and erased. */
  async tend({ completeMembers }: RoundSeen): Promise<readonly SecrecyEvent[]> {
    this.ring.prune()
    if (this.isOn) await this.#tendOwn()
    else await this.#retire()
    this.#pruneEarly(completeMembers)
    await this.peers.refresh()
    const events = this.#events
    this.#events = []
    return events
  }

  async #tendOwn(): Promise<void> {
    this.ring.rotateIfDue()
    const active = this.ring.findActive()
    if (active === undefined) return
    const isForeign = await this.outbox.tend(active)
    if (isForeign) this.#events.push({ kind: 'foreign_key' })
  }

  async #retire(): Promise<void> {
    if (this.ring.findActive() !== undefined) this.ring.retire()
    await this.outbox.withdraw()
  }

  #pruneEarly(completeMembers: number): void {
    const { settings, time } = this.#parts
    if (!settings.current.erasesKeysEarly || completeMembers < WITNESSES) return
    this.ring.pruneEarly(time.now())
  }

  /** What we send must not be easier to read in our own swarm than in theirs. */
  #chooseForCopy(): MessageSeal {
    const active = this.isOn ? this.ring.findActive() : undefined
    if (active === undefined) return { form: 'first-version' }
    const keys = publicKeysOf(active.pairs)
    return { form: 'forward-secret', keys, features: FEATURE_SIZE_CLASSES }
  }
}
