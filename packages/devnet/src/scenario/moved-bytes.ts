/**
 * How many bytes of records the nodes of a network sent each other, beside the fewest that the directory's changes of swarms
 * asked for: each message once to each node that became a member and did not have it before.
 *
 * All messages of the people count, those too that a sender keeps for other devices.
 *
 * @module
 */

import type { Cancel, Clock } from '@sotto/protocol/clock'
import type { IntrospectedEpoch, IntrospectedNode } from '../introspection.ts'
import { listStored, type StoredMessage } from './list-stored.ts'
import type { Person } from './people.ts'

/** The part of a network that is looked at. */
export interface MovingNetwork {
  swarmOf(accountId: string): readonly IntrospectedNode[]
  now(name?: string): number
  describe(): { readonly epoch?: IntrospectedEpoch | undefined }
  measureMoved(): Promise<ReadonlyMap<string, number>>
}

export interface MovedCounts {
  readonly movedBytes: number
  readonly minimumBytes: number
}

export interface MovedBytesOptions {
  readonly network: MovingNetwork
  readonly clock: Clock
  readonly people: readonly Person[]
}

const LOOK_MS = 250
/** Spec 10 §6.1: what a message has in a transfer beside its data. */
const RECORD_HEAD_BYTES = 58
const ENDS_OF_A_LINK = 2

export class MovedBytes implements Disposable {
  readonly #options: MovedBytesOptions
  /** Ed25519 keys of the members that keep the messages of a person, as of the last look. */
  readonly #members = new Map<Person, ReadonlySet<string>>()
  #before: ReadonlyMap<string, number> = new Map()
  /** The last that each run of a program said; one that has ended says no more. */
  readonly #last = new Map<string, number>()
  #minimumBytes = 0
  #isOver = false
  #cancel: Cancel = () => undefined

  constructor(options: MovedBytesOptions) {
    this.#options = options
  }

  /** From here on bytes are counted. */
  async start(): Promise<void> {
    this.#before = await this.#options.network.measureMoved()
    await this.#look()
    this.#arm()
  }

  async count(): Promise<MovedCounts> {
    await this.#look()
    const deltas = Array.from(this.#last, ([run, bytes]) => bytes - (this.#before.get(run) ?? 0))
    const sum = deltas.reduce((total, bytes) => total + bytes, 0)
    return { movedBytes: Math.round(sum / ENDS_OF_A_LINK), minimumBytes: this.#minimumBytes }
  }

  [Symbol.dispose](): void {
    this.#isOver = true
    this.#cancel()
  }

  #arm(): void {
    if (this.#isOver) return
    this.#cancel = this.#options.clock.after(LOOK_MS, () => {
      void this.#look().finally(() => this.#arm())
    })
  }

  async #look(): Promise<void> {
    const { network, people } = this.#options
    for (const [run, bytes] of await network.measureMoved()) this.#last.set(run, bytes)
    for (const person of people) await this.#lookAt(person)
  }

  async #lookAt(person: Person): Promise<void> {
    const { network } = this.#options
    const members = network.swarmOf(person.account.accountId)
    const keys = new Set(members.map(({ ed25519 }) => ed25519))
    const before = this.#members.get(person) ?? keys
    this.#members.set(person, keys)
    const gained = [...keys].filter((key) => !before.has(key)).length
    if (gained === 0) return
    // Later ones were sent to the new members at once, by whoever took them.
    const startsAt = network.describe().epoch?.startsAt ?? Number.POSITIVE_INFINITY
    const known = members.filter(({ ed25519 }) => before.has(ed25519))
    const stored = await this.#list(person, [...known, ...members])
    for (const { bytes, sentMs } of stored) {
      if (sentMs < startsAt) this.#minimumBytes += gained * (bytes + RECORD_HEAD_BYTES)
    }
  }

  /** As the first one tells that answers. */
  async #list(
    { account }: Person,
    members: readonly IntrospectedNode[],
  ): Promise<readonly StoredMessage[]> {
    const { network } = this.#options
    for (const member of members.filter(({ state }) => state === 'ready')) {
      const stored = await listStored(member, account, () => network.now(member.name))
      if (stored !== undefined) return [...stored.values()]
    }
    return []
  }
}
