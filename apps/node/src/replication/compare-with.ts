/**
 * Compares a swarm's records with one other node and settles what differs (spec 10 §5): what this node lacks is fetched, what
 * the other lacks is delivered if it is a member too. The other may lie or fall silent: then the outcome is not complete.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import {
  checkFetchAnswer,
  createReconciliation,
  decodeRecordsAnswer,
  encodeKeyRequest,
  encodeRecordsAnswer,
  type KeySet,
  type ReceivedRecord,
  type RecordKey,
  type ReconciliationOutcome,
  REQUEST_KEYS_MAX,
} from '@sotto/protocol/replication'
import type { PeerClient } from '../swarm/peer-client.ts'
import type { Admitted } from './admit-records.ts'
import { countBefore, createKeySet, type RecordReader } from './read-records.ts'
import { encodeSwarmQuestion } from './swarm-question.ts'

export interface Comparison {
  readonly swarm: bigint
  /** Part of the key space; all of it when left out. */
  readonly lower?: Uint8Array
  readonly upper?: Uint8Array
  /** Give the other node what it lacks. */
  readonly delivers?: boolean
}

export interface Compared {
  /** Nothing that the other has is lacking here now, in the part that was compared. */
  readonly isComplete: boolean
  readonly fetched: number
  readonly delivered: number
}

/** Never rejects. */
export type CompareWith = (peer: NodeRecord, comparison: Comparison) => Promise<Compared>

export interface ComparingParts {
  readonly peers: PeerClient
  /** This node's keys of a swarm. */
  readonly scan: (swarm: bigint) => Promise<KeySet>
  readonly reader: RecordReader
  readonly admit: (records: readonly ReceivedRecord[]) => Promise<Admitted>
  readonly onMoved: (bytes: number) => void
}

const TIMEOUT_MS = 10_000
const NOTHING: Compared = { isComplete: false, fetched: 0, delivered: 0 }

export function createCompareWith(parts: ComparingParts): CompareWith {
  return async (peer, comparison) => {
    const outcome = await reconcile(peer, comparison, parts)
    if (outcome === undefined) return NOTHING
    const { swarm } = comparison
    const fetched = await fetchAll(peer, { swarm, keys: outcome.need }, parts)
    const delivers = comparison.delivers === true
    const delivered = delivers ? await deliverAll(peer, outcome.have, parts) : 0
    const isComplete = outcome.isComplete && fetched === outcome.need.count
    return { isComplete, fetched, delivered }
  }
}

async function reconcile(
  peer: NodeRecord,
  { swarm, lower, upper }: Comparison,
  { peers, scan }: ComparingParts,
): Promise<ReconciliationOutcome | undefined> {
  const session = createReconciliation(await scan(swarm), {
    ...(lower === undefined ? {} : { lower }),
    ...(upper === undefined ? {} : { upper }),
  })
  let step = session.next()
  while (step.ok && step.value.kind === 'ask') {
    const answer = await peers.request(peer, {
      command: COMMANDS.reconcile,
      body: encodeSwarmQuestion({ swarm, body: step.value.message }),
      timeoutMs: TIMEOUT_MS,
    })
    if (!answer.ok) return undefined
    step = session.next(answer.value)
  }
  return step.ok && step.value.kind === 'done' ? step.value : undefined
}

/** How many of the keys are settled here afterwards. */
async function fetchAll(
  peer: NodeRecord,
  { swarm, keys }: { readonly swarm: bigint; readonly keys: KeySet },
  parts: ComparingParts,
): Promise<number> {
  let settled = 0
  let rest: readonly RecordKey[] = [...keys]
  while (rest.length > 0) {
    const asked = rest.slice(0, REQUEST_KEYS_MAX)
    const answer = await fetchSome(peer, { swarm, asked }, parts)
    if (answer === undefined) return settled
    settled += answer.settled
    rest = rest.slice(answer.reached)
  }
  return settled
}

async function fetchSome(
  peer: NodeRecord,
  { swarm, asked }: { readonly swarm: bigint; readonly asked: readonly RecordKey[] },
  { peers, admit, onMoved }: ComparingParts,
): Promise<{ readonly settled: number; readonly reached: number } | undefined> {
  const reply = await peers.request(peer, {
    command: COMMANDS.fetchRecords,
    body: encodeSwarmQuestion({ swarm, body: encodeKeyRequest(asked) }),
    timeoutMs: TIMEOUT_MS,
  })
  const decoded = reply.ok ? decodeRecordsAnswer(reply.value) : undefined
  if (!reply.ok || decoded?.ok !== true) return undefined
  const checked = checkFetchAnswer(decoded.value, createKeySet(asked))
  if (!checked.ok) return undefined
  onMoved(reply.value.length)
  const { settled } = await admit(checked.value.records)
  const { next } = checked.value
  const reached = next === undefined ? asked.length : countBefore(asked, next)
  const answered = asked.slice(0, reached)
  // What the peer no longer has was deleted or has expired since; there is nothing to learn about it.
  const given = new Set(checked.value.records.map(({ key }) => encodeHex(key)))
  const gone = answered.filter((key) => !given.has(encodeHex(key))).length
  return { settled: settled.size + gone, reached }
}

/** How many records the other node says that it settled. */
async function deliverAll(
  peer: NodeRecord,
  keys: KeySet,
  { peers, reader, onMoved }: ComparingParts,
): Promise<number> {
  let delivered = 0
  let rest: readonly RecordKey[] = [...keys]
  while (rest.length > 0) {
    const { records, reached } = reader.read(rest)
    const body = encodeRecordsAnswer({ records, next: undefined })
    const reply = await peers.request(peer, {
      command: COMMANDS.deliverRecords,
      body,
      timeoutMs: TIMEOUT_MS,
    })
    if (!reply.ok) return delivered
    onMoved(body.length)
    delivered += records.length
    rest = rest.slice(reached)
  }
  return delivered
}
