/**
 * Fetches records by their keys from other nodes (spec 10 §6.2), and takes them in. The others may lie or fall silent.
 *
 * A node has several reasons to fetch at the same time: it catches up on what several swarms kept, and clients read. What is
 * on its way already is waited for and not fetched once more.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { Clock } from '@sotto/protocol/clock'
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import {
  checkFetchAnswer,
  decodeRecordsAnswer,
  encodeKeyRequest,
  type ReceivedRecord,
  type RecordKey,
  REQUEST_KEYS_MAX,
} from '@sotto/protocol/replication'
import type { PeerClient } from '../swarm/peer-client.ts'
import type { Admitted } from './admit-records.ts'
import { countBefore, createKeySet } from './read-records.ts'
import { encodeSwarmQuestion } from './swarm-question.ts'

export interface RecordFetcherParts {
  readonly peers: PeerClient
  readonly clock: Clock
  /** Whether a record is here already. */
  readonly has: (key: RecordKey) => boolean
  readonly admit: (records: readonly ReceivedRecord[]) => Promise<Admitted>
  readonly onMoved: (bytes: number) => void
}

export interface WantedRecords {
  readonly swarm: bigint
  /** Ascending. */
  readonly keys: readonly RecordKey[]
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 10_000

export class RecordFetcher {
  readonly #parts: RecordFetcherParts
  /** By key in hex: resolves when the fetch that it is part of is over, whatever came of it. */
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(parts: RecordFetcherParts) {
    this.#parts = parts
  }

  /** True when all of them are settled here: they are kept, or there is nothing to keep any more. Never rejects. */
  async fetch(peer: NodeRecord, wanted: WantedRecords): Promise<boolean> {
    const names = wanted.keys.map(encodeHex)
    const others = names.flatMap((name) => this.#underWay.get(name) ?? [])
    const own = wanted.keys.filter((_, index) => !this.#underWay.has(names[index] ?? ''))
    const isOwnSettled = await this.#fetchNoted(peer, { ...wanted, keys: own })
    if (others.length === 0) return isOwnSettled
    await this.#waitFor(others, wanted.timeoutMs ?? TIMEOUT_MS)
    const fetched = new Set(own.map(encodeHex))
    // Whoever fetched them may have failed, or have asked one who has them no more.
    const rest = wanted.keys.filter(
      (key, index) => !fetched.has(names[index] ?? '') && !this.#parts.has(key),
    )
    return (await this.#fetchNoted(peer, { ...wanted, keys: rest })) && isOwnSettled
  }

  /** Another peer's silence is no reason to be silent for longer oneself. */
  async #waitFor(others: readonly Promise<unknown>[], timeoutMs: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const cancel = this.#parts.clock.after(timeoutMs, resolve)
    void Promise.all(others).then(() => resolve())
    await promise
    cancel()
  }

  async #fetchNoted(peer: NodeRecord, wanted: WantedRecords): Promise<boolean> {
    const names = wanted.keys.map(encodeHex)
    const fetching = this.#fetchAll(peer, wanted)
    for (const name of names) this.#underWay.set(name, fetching)
    const settled = await fetching
    for (const name of names) {
      if (this.#underWay.get(name) === fetching) this.#underWay.delete(name)
    }
    return settled === wanted.keys.length
  }

  async #fetchAll(
    peer: NodeRecord,
    { swarm, keys, timeoutMs = TIMEOUT_MS }: WantedRecords,
  ): Promise<number> {
    let settled = 0
    let rest = keys
    while (rest.length > 0) {
      const asked = rest.slice(0, REQUEST_KEYS_MAX)
      const answer = await this.#fetchSome(peer, { swarm, keys: asked, timeoutMs })
      if (answer === undefined) return settled
      settled += answer.settled
      rest = rest.slice(answer.reached)
    }
    return settled
  }

  async #fetchSome(
    peer: NodeRecord,
    { swarm, keys, timeoutMs }: Required<WantedRecords>,
  ): Promise<{ readonly settled: number; readonly reached: number } | undefined> {
    const { peers, admit, onMoved } = this.#parts
    const reply = await peers.request(peer, {
      command: COMMANDS.fetchRecords,
      body: encodeSwarmQuestion({ swarm, body: encodeKeyRequest(keys) }),
      timeoutMs,
    })
    const decoded = reply.ok ? decodeRecordsAnswer(reply.value) : undefined
    if (!reply.ok || decoded?.ok !== true) return undefined
    const checked = checkFetchAnswer(decoded.value, createKeySet(keys))
    if (!checked.ok) return undefined
    onMoved(reply.value.length)
    const { settled } = await admit(checked.value.records)
    const { next } = checked.value
    const reached = next === undefined ? keys.length : countBefore(keys, next)
    const answered = keys.slice(0, reached)
    // What the peer no longer has was deleted or has expired since; there is nothing to learn about it.
    const given = new Set(checked.value.records.map(({ key }) => encodeHex(key)))
    const gone = answered.filter((key) => !given.has(encodeHex(key))).length
    return { settled: settled.size + gone, reached }
  }
}
