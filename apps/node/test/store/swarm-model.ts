/**
 * A swarm of real stores with clocks of their own, and what happens to it: clients' requests, which reach members at once or
 * not at all, and members that show each other what they have (spec 10 §8). Requests are applied by the node's own code.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { ChangeRequest } from '@sotto/protocol/replication'
import { STAMP_TOLERANCE_MS, type RequestOf } from '@sotto/protocol/rpc'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { applyRequest } from '../../src/rpc/apply-request.ts'
import { dateRequest } from '../../src/rpc/date-request.ts'
import { CHANGE_MEANING } from '../../src/store/change-meaning.ts'
import { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'

const SIZE_MAX_BYTES = 16 * 1024 * 1024
const signing = deriveSigningKeyPair(new Uint8Array(32).fill(1))
const ALL = Number.MAX_SAFE_INTEGER
/** Transfers end when nobody lacks anything; more rounds than this would mean that they never do. */
const ROUNDS_MAX = 12

export type SwarmRequest = ChangeRequest | RequestOf<'store'>

export interface SwarmEvent {
  readonly trueMs: number
  readonly request: SwarmRequest
  /** Who receives it from the client. */
  readonly entry: number
  /** How long the forward takes to each member; undefined when it does not arrive. */
  readonly delays: readonly (number | undefined)[]
}

/** Two members compare what they have. */
export interface SwarmMeeting {
  readonly trueMs: number
  readonly pair: readonly [number, number]
}

export interface DatedRequest {
  readonly request: SwarmRequest
  readonly atMs: number
}

interface Delivery {
  readonly trueMs: number
  readonly run: () => Promise<void>
}

interface Member {
  readonly store: SqliteMessageStore
  readonly skewMs: number
}

export class SwarmModel implements AsyncDisposable {
  readonly #members: readonly Member[]
  /** Every request with the date that its entry node gave it. */
  readonly dated: DatedRequest[] = []

  constructor(skewsMs: readonly number[]) {
    this.#members = skewsMs.map((skewMs) => ({
      skewMs,
      store: new SqliteMessageStore({ path: ':memory:', sizeMaxBytes: SIZE_MAX_BYTES }),
    }))
  }

  /** Everything in the order in which it really happens. */
  async play(events: readonly SwarmEvent[], meetings: readonly SwarmMeeting[]): Promise<void> {
    const deliveries: Delivery[] = events.map((event) => ({
      trueMs: event.trueMs,
      run: async () => this.#enter(event, deliveries),
    }))
    for (const { trueMs, pair } of meetings) {
      deliveries.push({ trueMs, run: async () => void (await this.#meet(pair, trueMs)) })
    }
    for (;;) {
      const next = deliveries.toSorted((a, b) => a.trueMs - b.trueMs)[0]
      if (next === undefined) return
      deliveries.splice(deliveries.indexOf(next), 1)
      await next.run()
    }
  }

  async #enter(event: SwarmEvent, deliveries: Delivery[]): Promise<void> {
    const { trueMs, request, entry, delays } = event
    const { store, skewMs } = this.#member(entry)
    const clock = { now: () => trueMs + skewMs, after: () => () => undefined }
    const stampMs = dateRequest(request, { store, clock })
    this.dated.push({ request, atMs: stampMs })
    await this.#apply(entry, request, { trueMs, stampMs })
    for (const [index, delayMs] of delays.entries()) {
      if (index === entry || delayMs === undefined) continue
      const arrival = { trueMs: trueMs + delayMs, stampMs }
      const run = (): Promise<void> => this.#apply(index, request, arrival)
      deliveries.push({ trueMs: arrival.trueMs, run })
    }
  }

  async #apply(
    index: number,
    request: SwarmRequest,
    { trueMs, stampMs }: { readonly trueMs: number; readonly stampMs: number },
  ): Promise<void> {
    const { store, skewMs } = this.#member(index)
    const nowMs = trueMs + skewMs
    const isBelieved = Math.abs(stampMs - nowMs) <= STAMP_TOLERANCE_MS
    const entry = await applyRequest(request, { store, signing }, isBelieved ? stampMs : nowMs)
    if ('failed' in entry) throw new Error(`a member failed at ${request.method}`)
  }

  #member(index: number): Member {
    const member = this.#members[index]
    if (member === undefined) throw new Error('no such member')
    return member
  }

  /** Lets all members meet until nobody lacks anything. */
  async settle(trueMs: number): Promise<void> {
    const indexes = [...this.#members.keys()]
    const pairs = indexes.flatMap((a) => indexes.map((b) => [a, b] as const))
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      let moved = 0
      for (const pair of pairs) moved += await this.#meet(pair, trueMs)
      if (moved === 0) return
    }
    throw new Error('the members never agree')
  }

  /** Gives what one has to the other where its key is lacking there, and tells how much came of it. */
  async #meet([from, to]: readonly [number, number], trueMs: number): Promise<number> {
    const [giver, taker] = [this.#member(from), this.#member(to)]
    const before = this.listKeys(to, trueMs)
    for (const { hash } of giver.store.records.scanChanges(0, ALL).rows) {
      const change = giver.store.records.readChange(hash)
      if (change !== undefined) await taker.store.records.admitChange(change, CHANGE_MEANING)
    }
    const known = new Set(this.listKeys(to, trueMs))
    for (const row of this.#scan(from, trueMs)) {
      const message = giver.store.records.readMessage(row, trueMs + giver.skewMs)
      if (message === undefined || known.has(keyOf(row))) continue
      const admitted = { ...message, isAlone: false }
      await taker.store.records.admitMessages([admitted], CHANGE_MEANING)
    }
    const after = this.listKeys(to, trueMs)
    return after.filter((key) => !before.includes(key)).length
  }

  #scan(index: number, trueMs: number) {
    const { store, skewMs } = this.#member(index)
    return store.records.scanMessages(0, ALL, trueMs + skewMs).rows
  }

  /** What a comparison of the member's records sees (spec 10 §2). */
  listKeys(index: number, trueMs: number): readonly string[] {
    const changes = this.#member(index).store.records.scanChanges(0, ALL).rows
    return [...this.#scan(index, trueMs).map(keyOf), ...changes.map(({ hash }) => encodeHex(hash))]
  }

  /** The account's messages that live at this time on each member, and when each ends. */
  listLive(
    box: { readonly account: AccountBytes; readonly namespaces: readonly number[] },
    nowMs: number,
  ) {
    const { account, namespaces } = box
    const query = { account, lastHash: undefined, countMax: ALL, takes: () => true, nowMs }
    return this.#members.map(({ store }) => {
      const live = namespaces.flatMap((namespace) =>
        store
          .retrieve({ ...query, namespace })
          .messages.map(({ hash, expiryMs }): [string, number] => [
            `${namespace} ${hash}`,
            expiryMs,
          ]),
      )
      return Object.fromEntries(live)
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { store } of this.#members) await store[Symbol.asyncDispose]()
  }
}

function keyOf(row: { hash: string; namespace: number; firstExpiryMs: number }): string {
  return `${row.namespace} ${row.hash} ${row.firstExpiryMs}`
}
