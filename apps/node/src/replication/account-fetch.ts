/**
 * Fetches one account's records before the account is served for the first time (spec 10 §9.3): a member that has not caught
 * up answers as completely as those who kept the account before it.
 *
 * @module
 */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import { decodeKeyRequest, type RecordKey, REQUEST_KEYS_MAX } from '@sotto/protocol/replication'
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { PeerClient } from '../swarm/peer-client.ts'
import type { RecordFetcher } from './record-fetcher.ts'

export interface AccountFetchParts {
  readonly peers: PeerClient
  readonly fetcher: RecordFetcher
  readonly holdersOf: (account: AccountBytes) => readonly NodeRecord[]
  readonly pick: (holders: readonly NodeRecord[]) => readonly NodeRecord[]
  /** The swarm that this node is in. */
  readonly ownSwarm: () => bigint
  /** Whether a record is here already. */
  readonly has: (key: RecordKey) => boolean
}

/** A client waits for this. */
const TIMEOUT_MS = 2000
/** Of a hostile holder that always has more. */
const PAGES_MAX = 256
/** Accounts that are known to be complete here; forgotten as a whole when there are more. */
const PREPARED_MAX = 65_536

export class AccountFetch {
  readonly #parts: AccountFetchParts
  readonly #prepared = new Map<string, Promise<boolean>>()

  constructor(parts: AccountFetchParts) {
    this.#parts = parts
  }

  /** Resolves when the account may be served from here, or nobody who could know more answers. */
  async prepare(account: AccountBytes): Promise<void> {
    const name = encodeHex(account)
    const known = this.#prepared.get(name)
    if (known !== undefined) {
      await known
      return
    }
    if (this.#prepared.size >= PREPARED_MAX) this.#prepared.clear()
    const fetching = this.#fetchFromAny(account)
    this.#prepared.set(name, fetching)
    if (!(await fetching)) this.#prepared.delete(name)
  }

  /** After the directory has changed, others may be the ones to ask. */
  clear(): void {
    this.#prepared.clear()
  }

  /** Keys of all are asked for first, and of each record one holder: what they have in common comes once. */
  async #fetchFromAny(account: AccountBytes): Promise<boolean> {
    const holders = this.#parts.pick(this.#parts.holdersOf(account))
    if (holders.length === 0) return true
    const lists = await Promise.all(holders.map((holder) => this.#listKeys(account, holder)))
    let isComplete = false
    for (const [index, holder] of holders.entries()) {
      const keys = lists[index]
      if (keys !== undefined && (await this.#fetch(keys, holder))) isComplete = true
    }
    return isComplete
  }

  async #fetch(keys: readonly RecordKey[], holder: NodeRecord): Promise<boolean> {
    const lacking = keys.filter((key) => !this.#parts.has(key))
    const wanted = { swarm: this.#parts.ownSwarm(), keys: lacking, timeoutMs: TIMEOUT_MS }
    return this.#parts.fetcher.fetch(holder, wanted)
  }

  /** Ascending; undefined of a holder that does not answer in full. */
  async #listKeys(
    account: AccountBytes,
    holder: NodeRecord,
  ): Promise<readonly RecordKey[] | undefined> {
    const keys: RecordKey[] = []
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const last = keys.at(-1)
      const reply = await this.#parts.peers.request(holder, {
        command: COMMANDS.accountKeys,
        body: concatBytes([account, ...(last === undefined ? [] : [last])]),
        timeoutMs: TIMEOUT_MS,
      })
      if (!reply.ok) return undefined
      if (reply.value.length === 0) return keys
      const answer = decodeKeyRequest(reply.value)
      if (!answer.ok) return undefined
      const news = [...answer.value]
      const [first] = news
      // A holder that goes back would be asked for ever.
      if (last !== undefined && (first === undefined || encodeHex(first) <= encodeHex(last))) {
        return undefined
      }
      keys.push(...news)
      if (news.length < REQUEST_KEYS_MAX) return keys
    }
    return undefined
  }
}
