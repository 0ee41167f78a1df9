/**
 * Whoever kept everything that ever lay in somebody's swarm, and then takes the device: which of it opens with what the device's
 * database still holds. It asks the table of seeds itself, not the engine.
 *
 * @module
 */
import { expandAccountSeed, isSecondVersion, openMessageV2 } from '@sotto/protocol/session-v2'
import type { SimulatedNetwork } from './simulated-network.ts'
import type { SimulatedPerson } from './simulated-person.ts'

interface Recorded {
  readonly data: Uint8Array
  readonly storedAtMs: number
}

/** `opened` are times at which messages were stored that open with forward-secret keys. */
export interface Readable {
  readonly opened: readonly number[]
  readonly recorded: number
  /** What needs no key of the device at all: the recovery phrase opens it. */
  readonly withPhrase: number
}

export class RecordedSwarm {
  readonly #messages = new Map<string, Recorded>()
  readonly #network: SimulatedNetwork
  readonly #person: SimulatedPerson

  constructor(network: SimulatedNetwork, person: SimulatedPerson) {
    this.#network = network
    this.#person = person
  }

  /** Nothing is forgotten when a swarm deletes it. */
  record(): void {
    const { accountBytes } = this.#person
    for (const { store } of this.#network.swarmOf(accountBytes))
      for (const { hash, data, timestampMs } of store.boxOf(accountBytes))
        if (!this.#messages.has(hash)) this.#messages.set(hash, { data, storedAtMs: timestampMs })
  }

  tryAll(): Readable {
    const { account } = this.#person
    const accountKeys = this.dumpSeeds().map((seed) => ({
      seed,
      pairs: expandAccountSeed(seed),
      createdSeconds: 0,
      isDistributed: false,
      isPublished: false,
    }))
    const opened: number[] = []
    let withPhrase = 0
    for (const { data, storedAtMs } of this.#messages.values()) {
      const message = isSecondVersion(data)
        ? openMessageV2({ account, accountKeys, bytes: data })
        : undefined
      if (message === undefined || (message.ok && !message.value.isForwardSecret)) withPhrase += 1
      else if (message.ok) opened.push(storedAtMs)
    }
    return { opened, recorded: this.#messages.size, withPhrase }
  }

  /** Every row there is. */
  dumpSeeds(): readonly Uint8Array[] {
    const rows = this.#person.database.prepare('SELECT seed FROM account_keys').all()
    return rows.flatMap(({ seed }) => (seed instanceof Uint8Array ? [Uint8Array.from(seed)] : []))
  }
}
