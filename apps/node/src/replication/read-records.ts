/**
 * Reads records by their keys for another node (spec 10 §6.2), as many as fit into an answer.
 *
 * @module
 */
import { concatBytes } from '@sotto/crypto/bytes'
import {
  countRecordBytes,
  decodeRecordKey,
  KeySet,
  type RecordKey,
  RECORDS_ANSWER_BYTES_MAX,
  RECORDS_MAX,
  type ReplicatedRecord,
} from '@sotto/protocol/replication'
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { RecordStore } from '../store/record-store.ts'

export interface ReadRecords {
  readonly records: readonly ReplicatedRecord[]
  /** Theirs, in the same order. */
  readonly keys: readonly RecordKey[]
  /** How many of the keys were looked for. */
  readonly reached: number
}

export interface RecordReader {
  /** Keys in ascending order; those of which there is no record are left out. */
  read(keys: readonly RecordKey[]): ReadRecords
  /** Whether a record of this key is here. */
  has(key: RecordKey): boolean
}

/** Room for the bound before the records. */
const BYTES_MAX: number = RECORDS_ANSWER_BYTES_MAX - 64

export function createRecordReader(
  records: RecordStore,
  counts: (account: AccountBytes) => boolean,
  now: () => number,
): RecordReader {
  const readOne = (key: RecordKey): ReplicatedRecord | undefined => {
    const parts = decodeRecordKey(key)
    if (parts === undefined) return undefined
    if (parts.kind === 'change') {
      const change = records.readChange(parts.hash)
      if (change === undefined || !counts(change.account)) return undefined
      return { kind: 'change', receivedMs: change.atMs, change: change.request }
    }
    const message = records.readMessage(parts, now())
    if (message === undefined || !counts(message.account)) return undefined
    // A longer first life makes another key.
    return message.firstExpiryMs === parts.firstExpiryMs
      ? { kind: 'message', ...message }
      : undefined
  }
  return {
    has: (key) => readOne(key) !== undefined,
    read(keys) {
      const found: ReplicatedRecord[] = []
      const foundKeys: RecordKey[] = []
      let bytes = 0
      for (const [index, key] of keys.entries()) {
        const record = readOne(key)
        if (record === undefined) continue
        bytes += countRecordBytes(record) + 1
        const isFull = bytes > BYTES_MAX || found.length === RECORDS_MAX
        if (isFull && found.length > 0) {
          return { records: found, keys: foundKeys, reached: index }
        }
        found.push(record)
        foundKeys.push(key)
      }
      return { records: found, keys: foundKeys, reached: keys.length }
    },
  }
}

export function createKeySet(keys: readonly RecordKey[]): KeySet {
  return new KeySet(concatBytes(keys))
}

/** How many of the ascending keys lie before a bound. */
export function countBefore(keys: readonly RecordKey[], bound: Uint8Array): number {
  return createKeySet(keys).lowerBound(bound)
}
