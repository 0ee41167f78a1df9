/**
 * The vector files of spec 10: keys, fingerprints, messages of a reconciliation, changes, and the forms of transfer.
 *
 * @module
 */
import { concatBytes, encodeHex, equalBytes } from '@sotto/crypto/bytes'
import { ok } from '@sotto/crypto/result'
import {
  KeySet,
  type ReceivedRecord,
  type ReconcileRange,
  answerReconciliation,
  decodeChange,
  decodeConfirmAnswer,
  decodeKeyRequest,
  decodePullRequest,
  decodeReconcileMessage,
  decodeRecordKey,
  decodeRecordsAnswer,
  encodeChangeKey,
  encodeMessageKey,
  encodeReconcileMessage,
  encodeRecordsAnswer,
} from '../src/replication/index.ts'
import {
  type VectorEvaluator,
  type Verdict,
  bytesOf,
  defineEvaluator,
  hexOf,
  verdictOf,
  verdictOfParsed,
} from './vector-evaluator.ts'

type KeyInput =
  | { readonly hash: string; readonly namespace: number; readonly firstExpiryMs: number }
  | { readonly change: string; readonly receivedMs: number }
  | { readonly key: string }

function evaluateKey(input: KeyInput): Verdict {
  if ('key' in input) {
    return verdictOfParsed(decodeRecordKey(bytesOf(input.key)), 'no_key', (parts) =>
      parts.kind === 'message' ? parts : { ...parts, hash: hexOf(parts.hash) },
    )
  }
  const key =
    'hash' in input
      ? encodeMessageKey(input)
      : encodeChangeKey(bytesOf(input.change), input.receivedMs)
  return { expect: { key: hexOf(key) } }
}

interface FingerprintInput {
  readonly keys: readonly string[]
  readonly lower?: string
  readonly upper?: string
}

/** Keys as a request would hold them, so that what is no set of keys is refused; none at all are one. */
function evaluateFingerprint({ keys, lower, upper }: FingerprintInput): Verdict {
  const bytes = concatBytes(keys.map(bytesOf))
  const set = bytes.length === 0 ? ok(new KeySet(bytes)) : decodeKeyRequest(bytes)
  return verdictOf(set, (read) => {
    const from = read.lowerBound(bytesOf(lower ?? ''))
    const to = read.lowerBound(upper === undefined ? undefined : bytesOf(upper))
    return { count: to - from, fingerprint: hexOf(read.fingerprint({ from, to })) }
  })
}

function showRange(range: ReconcileRange): unknown {
  const bounds = { upper: range.upper === undefined ? 'end' : hexOf(range.upper) }
  if (range.mode === 'skip') return { ...bounds, mode: range.mode }
  if (range.mode === 'fingerprint') {
    return { ...bounds, mode: range.mode, fingerprint: hexOf(range.fingerprint) }
  }
  return { ...bounds, mode: range.mode, keys: Array.from(new KeySet(range.keys), encodeHex) }
}

function evaluateMessage(input: { readonly message: string }): Verdict {
  const bytes = bytesOf(input.message)
  return verdictOf(decodeReconcileMessage(bytes), (ranges) => {
    if (!equalBytes(encodeReconcileMessage(ranges), bytes)) {
      throw new Error('a second encoding was accepted')
    }
    return { lower: hexOf(ranges[0]?.lower ?? new Uint8Array()), ranges: ranges.map(showRange) }
  })
}

/** What the file says, whatever is usual. */
const ANSWER_OPTIONS = { splitParts: 16, listKeys: 16 }

function evaluateAnswer(input: {
  readonly keys: readonly string[]
  readonly question: string
}): Verdict {
  const keys = new KeySet(concatBytes(input.keys.map(bytesOf)))
  return verdictOf(
    answerReconciliation(keys, bytesOf(input.question), ANSWER_OPTIONS),
    (answer) => ({
      answer: hexOf(answer),
    }),
  )
}

function evaluateChange(input: { readonly change: string; readonly receivedMs: number }): Verdict {
  const bytes = bytesOf(input.change)
  return verdictOf(decodeChange(bytes), (request) => ({
    method: request.method,
    account: hexOf(request.params.account),
    key: hexOf(encodeChangeKey(bytes, input.receivedMs)),
  }))
}

function showRecord(record: ReceivedRecord): unknown {
  const { kind, key, account } = record
  const shown = { kind, key: hexOf(key), account: hexOf(account) }
  if (record.kind === 'change') {
    const { receivedMs, request } = record
    return { ...shown, receivedMs, method: request.method }
  }
  const { namespace, timestampMs, storedMs, firstExpiryMs, hash, data } = record
  return { ...shown, namespace, timestampMs, storedMs, firstExpiryMs, hash, data: hexOf(data) }
}

type TransferInput =
  | { readonly keys: string }
  | { readonly pull: string }
  | { readonly records: string }
  | { readonly confirmed: string; readonly count: number }

function evaluateTransfer(input: TransferInput): Verdict {
  if ('keys' in input) {
    return verdictOf(decodeKeyRequest(bytesOf(input.keys)), (keys) => Array.from(keys, encodeHex))
  }
  if ('confirmed' in input) {
    return verdictOf(decodeConfirmAnswer(bytesOf(input.confirmed), input.count), (bits) => bits)
  }
  if ('pull' in input) {
    return verdictOf(
      decodePullRequest(bytesOf(input.pull)),
      ({ lower, upper, swarmId, bytesMax }) => ({
        lower: hexOf(lower),
        upper: upper === undefined ? 'end' : hexOf(upper),
        swarm: swarmId === undefined ? 'all' : swarmId.toString(16),
        bytesMax,
      }),
    )
  }
  const bytes = bytesOf(input.records)
  return verdictOf(decodeRecordsAnswer(bytes), (answer) => {
    if (!equalBytes(encodeRecordsAnswer(answer), bytes))
      throw new Error('a second encoding was accepted')
    const next = answer.next === undefined ? 'end' : hexOf(answer.next)
    return { next, records: answer.records.map(showRecord) }
  })
}

export const REPLICATION_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('10-replication/record-key.json', evaluateKey),
  defineEvaluator('10-replication/fingerprint.json', evaluateFingerprint),
  defineEvaluator('10-replication/reconcile-message.json', evaluateMessage),
  defineEvaluator('10-replication/reconcile-answer.json', evaluateAnswer),
  defineEvaluator('10-replication/change.json', evaluateChange),
  defineEvaluator('10-replication/transfer.json', evaluateTransfer),
]
