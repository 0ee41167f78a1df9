/**
 * Gives away records of accounts that are not this node's any more (spec 10 §9.5), and forgets each only when enough members
 * of the right swarm have it durably. Until then it is kept: whoever lacks it can still fetch it here.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { Randomness } from '@sotto/crypto/randomness'
import type { Directory, NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import {
  decodeConfirmAnswer,
  decodeRecordKey,
  encodeKeyRequest,
  encodeRecordsAnswer,
  type KeySet,
  type RecordKey,
  REQUEST_KEYS_MAX,
} from '@sotto/protocol/replication'
import { pickRandom } from '../pick-random.ts'
import type { RecordStore } from '../store/record-store.ts'
import type { PeerClient } from '../swarm/peer-client.ts'
import type { RecordReader } from './read-records.ts'

export interface HandOverParts {
  readonly peers: PeerClient
  readonly records: RecordStore
  readonly reader: RecordReader
  readonly isSyncing: (peer: NodeRecord) => Promise<boolean>
  readonly randomness: Randomness
  readonly onMoved: (bytes: number) => void
}

/** Spec 10 §5.6. */
const CONFIRMATIONS = 2
const TIMEOUT_MS = 10_000

/** Hands the keys of one swarm over; gives how many records were forgotten here. */
export async function handOver(
  keys: KeySet,
  { directory, swarm }: { readonly directory: Directory; readonly swarm: bigint },
  parts: HandOverParts,
): Promise<number> {
  const members = directory.membersOf(swarm)
  const receivers = pickRandom(members, CONFIRMATIONS, parts.randomness)
  if (receivers.length === 0) return 0
  let forgotten = 0
  const all = [...keys]
  for (let from = 0; from < all.length; from += REQUEST_KEYS_MAX) {
    const batch = all.slice(from, from + REQUEST_KEYS_MAX)
    forgotten += await forget(await listKept(batch, receivers, parts), parts.records)
  }
  return forgotten
}

/**
 * How many of the keys two other members do not keep, or all others where there are fewer, after they were given what they
 * lacked. Nothing is forgotten here.
 */
export async function countUnconfirmed(
  keys: KeySet,
  others: readonly NodeRecord[],
  parts: HandOverParts,
): Promise<number> {
  const all = [...keys]
  const receivers = pickRandom(others, CONFIRMATIONS, parts.randomness)
  if (receivers.length === 0) return all.length
  let confirmed = 0
  for (let from = 0; from < all.length; from += REQUEST_KEYS_MAX) {
    const batch = all.slice(from, from + REQUEST_KEYS_MAX)
    confirmed += (await listKept(batch, receivers, parts)).length
  }
  return all.length - confirmed
}

/** Those of the keys that every receiver keeps. */
async function listKept(
  keys: readonly RecordKey[],
  receivers: readonly NodeRecord[],
  parts: HandOverParts,
): Promise<readonly RecordKey[]> {
  const kept = await Promise.all(receivers.map((peer) => ensureKept(peer, keys, parts)))
  return keys.filter((key) => kept.every((names) => names.has(encodeHex(key))))
}

/** The keys, in hex, that the peer says it keeps, after it was given those that it lacked. */
async function ensureKept(
  peer: NodeRecord,
  keys: readonly RecordKey[],
  parts: HandOverParts,
): Promise<ReadonlySet<string>> {
  const before = await confirm(peer, keys, parts)
  const lacking = keys.filter((key) => !before.has(encodeHex(key)))
  // One that is fetching from those who kept the records asks here by itself; what it lacks afterwards it is given then.
  if (lacking.length === 0 || (await parts.isSyncing(peer))) return before
  const given = await deliver(peer, lacking, parts)
  return new Set([...before, ...given])
}

async function confirm(
  peer: NodeRecord,
  keys: readonly RecordKey[],
  { peers }: HandOverParts,
): Promise<ReadonlySet<string>> {
  const reply = await peers.request(peer, {
    command: COMMANDS.confirmRecords,
    body: encodeKeyRequest(keys),
    timeoutMs: TIMEOUT_MS,
  })
  const bits = reply.ok ? decodeConfirmAnswer(reply.value, keys.length) : undefined
  if (bits?.ok !== true) return new Set()
  return new Set(keys.filter((_, index) => bits.value[index] === true).map(encodeHex))
}

/** Those that the peer settled: it keeps them, or a change has removed them. */
async function deliver(
  peer: NodeRecord,
  keys: readonly RecordKey[],
  { peers, reader, onMoved }: HandOverParts,
): Promise<ReadonlySet<string>> {
  const settled = new Set<string>()
  let rest = keys
  while (rest.length > 0) {
    const { records, keys: given, reached } = reader.read(rest)
    // What is not here any more need not be kept anywhere.
    const gone = rest.slice(0, reached).filter((key) => !given.includes(key))
    for (const key of gone) settled.add(encodeHex(key))
    rest = rest.slice(reached)
    if (records.length === 0) continue
    const body = encodeRecordsAnswer({ records, next: undefined })
    const reply = await peers.request(peer, {
      command: COMMANDS.deliverRecords,
      body,
      timeoutMs: TIMEOUT_MS,
    })
    const bits = reply.ok ? decodeConfirmAnswer(reply.value, records.length) : undefined
    if (bits?.ok !== true) return settled
    onMoved(body.length)
    for (const [index, key] of given.entries()) {
      if (bits.value[index] === true) settled.add(encodeHex(key))
    }
  }
  return settled
}

async function forget(keys: readonly RecordKey[], records: RecordStore): Promise<number> {
  const parts = keys.flatMap((key) => decodeRecordKey(key) ?? [])
  const messages = parts.filter((each) => each.kind === 'message')
  const changes = parts.filter((each) => each.kind === 'change')
  const forgotten = await records.forgetMessages(messages)
  await records.forgetChanges(changes.map(({ hash }) => hash))
  return forgotten.ok ? forgotten.value : 0
}
