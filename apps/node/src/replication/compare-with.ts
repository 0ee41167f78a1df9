/**
 * Compares a swarm's records with one other node and settles what differs (spec 10 §5): what this node lacks is fetched, what
 * the other lacks is delivered if it is a member too. The other may lie or fall silent: then the outcome is not complete.
 *
 * @module
 */
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import {
  createReconciliation,
  encodeRecordsAnswer,
  type KeySet,
  type RecordKey,
  type ReconciliationOutcome,
} from '@sotto/protocol/replication'
import type { PeerClient } from '../swarm/peer-client.ts'
import type { RecordReader } from './read-records.ts'
import type { RecordFetcher } from './record-fetcher.ts'
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
  /** Nothing that the other has is lacking here now, in the part that was compared; nor there what it was to be given. */
  readonly isComplete: boolean
  /** Keys that were to be fetched. */
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
  readonly fetcher: RecordFetcher
  readonly isSyncing: (peer: NodeRecord) => Promise<boolean>
  readonly onMoved: (bytes: number) => void
}

const TIMEOUT_MS = 10_000
const NOTHING: Compared = { isComplete: false, fetched: 0, delivered: 0 }

export function createCompareWith(parts: ComparingParts): CompareWith {
  return async (peer, comparison) => {
    const outcome = await reconcile(peer, comparison, parts)
    if (outcome === undefined) return NOTHING
    const { swarm } = comparison
    const isFetched = await parts.fetcher.fetch(peer, { swarm, keys: [...outcome.need] })
    const fetched = outcome.need.count
    const isLearnt = outcome.isComplete && isFetched
    if (comparison.delivers !== true || outcome.have.count === 0) {
      return { isComplete: isLearnt, fetched, delivered: 0 }
    }
    // It fetches what it lacks itself, from us too; everybody else would give it the same once more.
    if (await parts.isSyncing(peer)) return { isComplete: false, fetched, delivered: 0 }
    const delivered = await deliverAll(peer, outcome.have, parts)
    return { isComplete: isLearnt, fetched, delivered }
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
