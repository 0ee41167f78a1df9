/**
 * What this device knows of the keys of those to whom it writes, and how it therefore seals (spec 12 §4). A fetch comes before a message
 * only when nothing usable is known; when everything else is fetched is `KeyPrefetch`.
 *
 * @module
 */
import type { AccountId } from '@sotto/crypto/identity'
import { type Result, err, ok } from '@sotto/crypto/result'
import {
  agePeerKeys,
  type FetchOutcome,
  type PeerKeys,
  planSending,
  recordPeerFetch,
  type SendingPlan,
} from '@sotto/protocol/session-v2'
import { ClientError } from '../../errors.ts'
import type { History } from '../../storage/history.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import type { NetworkTime } from '../network/network-clock.ts'
import { fetchOutbox, type OutboxParts } from './fetch-outbox.ts'
import type { MessageSeal } from './seal-content.ts'

/** Spec 12 §4.2: until every client reads the second version. */
const ALLOWS_FIRST_VERSION = true

export interface PeerKeyParts extends OutboxParts {
  readonly history: History
  readonly time: NetworkTime
}

export class PeerKeyBook {
  readonly #parts: PeerKeyParts
  /** One fetch for all that wait for it. */
  readonly #underWay = new Map<AccountId, Promise<ClientError | undefined>>()

  constructor(parts: PeerKeyParts) {
    this.#parts = parts
  }

  find(account: AccountId): PeerKeys {
    return this.#parts.history.peerKeys.find(account)
  }

  /** Fetches first if nothing usable is known; nothing is sealed in a lesser form because a fetch failed. */
  async choose(account: AccountId): Promise<Result<MessageSeal, ClientError>> {
    const swarm = await this.#parts.swarms.find(toAccountBytes(account))
    const witnesses = swarm.ok ? swarm.value.members.length : undefined
    const first = this.#plan(account, witnesses)
    const failure = first.kind === 'fetch-first' ? await this.fetch(account) : undefined
    const plan = first.kind === 'fetch-first' ? this.#plan(account, witnesses) : first
    if (plan.kind === 'fetch-first') return err(failure ?? new ClientError('keys_unsettled'))
    if (plan.kind !== 'forward-secret') return ok({ form: plan.kind })
    // An older one is replaced when its time comes: a fetch now would tell that something was sent.
    const features = this.find(account).published?.features ?? 0
    return ok({ form: 'forward-secret', keys: plan.keys, features })
  }

  /** Whether it is known how to seal, without asking anybody. */
  isReady(account: AccountId): boolean {
    return this.#plan(account).kind !== 'fetch-first'
  }

  /** Gives why nobody answered, or too few did. */
  fetch(account: AccountId): Promise<ClientError | undefined> {
    const underWay = this.#underWay.get(account)
    if (underWay !== undefined) return underWay
    const fetching = this.#fetch(account).finally(() => this.#underWay.delete(account))
    this.#underWay.set(account, fetching)
    return fetching
  }

  /** By order of the person only: whoever has lost their keys is written to as if they never had any. */
  forget(account: AccountId): void {
    this.#parts.history.peerKeys.erase(account)
  }

  /** Whether they ever had a key, and how old the one is that we have. */
  age(account: AccountId): ReturnType<typeof agePeerKeys> {
    return agePeerKeys(this.find(account), this.#parts.time.now())
  }

  #plan(account: AccountId, witnesses?: number): SendingPlan {
    const conditions = {
      nowMs: this.#parts.time.now(),
      allowsFirstVersion: ALLOWS_FIRST_VERSION,
      ...(witnesses !== undefined && { witnesses }),
    }
    return planSending(this.find(account), conditions)
  }

  async #fetch(account: AccountId): Promise<ClientError | undefined> {
    const { history, time } = this.#parts
    const { outcomes, failure } = await fetchOutbox(account, this.#parts)
    history.transaction(() => {
      const nowMs = time.now()
      const record = (peer: PeerKeys, outcome: FetchOutcome): PeerKeys =>
        recordPeerFetch(peer, outcome, nowMs)
      const before = history.peerKeys.find(account)
      const after = orderOutcomes(outcomes).reduce(record, before)
      if (after !== before) history.peerKeys.put(account, after)
    })
    return failure
  }
}

/** A key that one node gives outweighs that another has none: nodes get messages one after the other. The newest comes last. */
function orderOutcomes(outcomes: readonly FetchOutcome[]): readonly FetchOutcome[] {
  const found = outcomes
    .filter((outcome) => outcome.kind === 'found')
    .toSorted((a, b) => (a.keys.issuedAtSeconds ?? 0) - (b.keys.issuedAtSeconds ?? 0))
  const others = outcomes.filter(({ kind }) => kind !== 'found')
  return [...others, ...found]
}
