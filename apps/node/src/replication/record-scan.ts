/**
 * Reads the keys of all records that a swarm keeps (spec 10 §4), in slices, with turns of the event loop in between: a node
 * serves requests while it counts what it has.
 *
 * @module
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { encodeHex } from '@sotto/crypto/bytes'
import {
  encodeMessageKey,
  encodeChangeHashKey,
  KeySet,
  RECORD_KEY_BYTES,
  type RecordKey,
} from '@sotto/protocol/replication'
import { type AccountBytes, parseAccountBytes } from '@sotto/protocol/swarm'
import type { RecordStore, Slice } from '../store/record-store.ts'

/** Takes about two milliseconds. */
const SLICE_ROWS = 1024

export interface ScanOptions {
  readonly records: RecordStore
  /** Which accounts count. */
  readonly counts: (account: AccountBytes) => boolean
  readonly nowMs: number
}

/** Keys one behind the other, in memory that grows with them. */
class KeyCollection {
  #bytes = new Uint8Array(SLICE_ROWS * RECORD_KEY_BYTES)
  #length = 0

  add(key: RecordKey): void {
    if (this.#length === this.#bytes.length) {
      const larger = new Uint8Array(this.#bytes.length * 2)
      larger.set(this.#bytes)
      this.#bytes = larger
    }
    this.#bytes.set(key, this.#length)
    this.#length += RECORD_KEY_BYTES
  }

  get packed(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }
}

/** Which accounts count is asked once for each: a swarm's messages are of few accounts. */
function rememberAccounts(
  counts: (account: AccountBytes) => boolean,
): (accountHex: string) => boolean {
  const known = new Map<string, boolean>()
  return (accountHex) => {
    const answer = known.get(accountHex)
    if (answer !== undefined) return answer
    const account = parseAccountBytes(accountHex)
    const isCounted = account !== undefined && counts(account)
    known.set(accountHex, isCounted)
    return isCounted
  }
}

async function eachRow<T>(
  readSlice: (from: number) => Slice<T>,
  visit: (row: T) => void,
): Promise<void> {
  for (let from: number | undefined = 0; from !== undefined;) {
    const slice: Slice<T> = readSlice(from)
    for (const row of slice.rows) visit(row)
    from = slice.next
    if (from !== undefined) await nextTurn()
  }
}

export async function scanKeys({ records, counts, nowMs }: ScanOptions): Promise<KeySet> {
  const keys = new KeyCollection()
  const isCounted = rememberAccounts(counts)
  await eachRow(
    (from) => records.scanMessages(from, SLICE_ROWS, nowMs),
    (row) => {
      if (isCounted(row.accountHex)) keys.add(encodeMessageKey(row))
    },
  )
  await eachRow(
    (from) => records.scanChanges(from, SLICE_ROWS),
    (row) => {
      if (isCounted(encodeHex(row.account))) keys.add(encodeChangeHashKey(row.hash, row.atMs))
    },
  )
  return new KeySet(keys.packed)
}
