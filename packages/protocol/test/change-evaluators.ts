/**
 * The vector files of spec 10 §8: what becomes of a message, and the time that members give to a forwarded request.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  type DatedMessage,
  decodeChange,
  deriveChangeHash,
  describeEffect,
  findFate,
} from '../src/replication/index.ts'
import { decodeStampedForward } from '../src/rpc/index.ts'
import {
  type Verdict,
  type VectorEvaluator,
  bytesOf,
  defineEvaluator,
  hexOf,
  verdictOfParsed,
} from './vector-evaluator.ts'

interface DatedBytes {
  readonly change: string
  readonly receivedMs: number
}

interface FateInput {
  readonly message: DatedMessage
  /** In any order. */
  readonly changes: readonly DatedBytes[]
}

function readDated({ change, receivedMs: atMs }: DatedBytes) {
  const bytes = bytesOf(change)
  const request = decodeChange(bytes)
  const effect = request.ok ? describeEffect(request.value, atMs) : undefined
  if (effect === undefined) throw new TypeError('a vector holds a change that is none')
  return { atMs, effect, hash: encodeHex(deriveChangeHash(bytes, atMs)) }
}

function evaluateFate({ message, changes }: FateInput): Verdict {
  const sorted = changes
    .map(readDated)
    .toSorted((a, b) => a.atMs - b.atMs || (a.hash < b.hash ? -1 : 1))
  const fate = findFate(message, sorted)
  return 'isDeleted' in fate ? { reject: 'gone' } : { expect: fate }
}

function evaluateStamp(input: { readonly body: string; readonly nowMs: number }): Verdict {
  return verdictOfParsed(
    decodeStampedForward(bytesOf(input.body), input.nowMs),
    'too_short',
    ({ receivedMs, forward }) => ({ receivedMs, forward: hexOf(forward) }),
  )
}

export const CHANGE_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('10-replication/message-fate.json', evaluateFate),
  defineEvaluator('10-replication/stamped-forward.json', evaluateStamp),
]
