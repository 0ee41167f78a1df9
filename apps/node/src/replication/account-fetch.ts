/**
 * Fetches one account's records before the account is served for the first time (spec 10 §9.3): a member that has not caught
 * up answers as completely as those who kept the account before it.
 *
 * @module
 */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import { decodeRecordsAnswer, type ReceivedRecord } from '@sotto/protocol/replication'
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { PeerClient } from '../swarm/peer-client.ts'
import type { Admitted } from './admit-records.ts'

export interface AccountFetchParts {
  readonly peers: PeerClient
  readonly holdersOf: (account: AccountBytes) => readonly NodeRecord[]
  readonly pick: (holders: readonly NodeRecord[]) => readonly NodeRecord[]
  readonly admit: (records: readonly ReceivedRecord[]) => Promise<Admitted>
  readonly onMoved: (bytes: number) => void
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

  async #fetchFromAny(account: AccountBytes): Promise<boolean> {
    const holders = this.#parts.pick(this.#parts.holdersOf(account))
    if (holders.length === 0) return true
    const outcomes = await Promise.all(holders.map((holder) => this.#fetch(account, holder)))
    return outcomes.some(Boolean)
  }

  async #fetch(account: AccountBytes, holder: NodeRecord): Promise<boolean> {
    const { peers, admit, onMoved } = this.#parts
    let from: Uint8Array | undefined = new Uint8Array()
    for (let page = 0; from !== undefined && page < PAGES_MAX; page += 1) {
      const reply = await peers.request(holder, {
        command: COMMANDS.accountRecords,
        body: concatBytes([account, from]),
        timeoutMs: TIMEOUT_MS,
      })
      const answer = reply.ok ? decodeRecordsAnswer(reply.value) : undefined
      if (!reply.ok || answer?.ok !== true) return false
      onMoved(reply.value.length)
      await admit(answer.value.records)
      from = answer.value.next
    }
    return from === undefined
  }
}
