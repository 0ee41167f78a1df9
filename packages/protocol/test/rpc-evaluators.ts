/**
 * The vector files of spec 03: requests, what their signatures cover, who may make them, forwards, member entries and
 * the budget of a retrieve. A refusal is written as a client sees it: the status and the text.
 *
 * @module
 */
import { decodeUtf8 } from '@sotto/crypto/bytes'
import type { Result } from '@sotto/crypto/result'
import {
  checkRequest,
  computeRetrieveBudget,
  countWithinBudget,
  decodeForward,
  encodeDeleteEntryText,
  encodeExpireEntryText,
  encodeForward,
  encodeRangeEntryText,
  encodeRequest,
  encodeRevokeEntryText,
  encodeStoreEntryText,
  type HashesByNamespace,
  isRecursiveRequest,
  METHODS,
  type MethodName,
  parseRequest,
  type RequestOf,
  type RpcFailure,
  type RpcRequest,
} from '../src/rpc/index.ts'
import { type AccountBytes, parseAccountBytes } from '../src/swarm/index.ts'
import {
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
} from './vector-evaluator.ts'

function refusal({ status, text }: RpcFailure): Verdict {
  return { reject: `${status} ${text}` }
}

function verdictOfRequest<T>(result: Result<T, RpcFailure>, show: (value: T) => unknown): Verdict {
  return result.ok ? { expect: show(result.value) } : refusal(result.error)
}

/** Parameters in the canonical spelling, with defaults filled in. */
function showRequest(request: RpcRequest): unknown {
  return encodeRequest(request)
}

function evaluateRequest({ body }: { readonly body: string | object }): Verdict {
  return verdictOfRequest(parseRequest(body), showRequest)
}

function parsePlain(request: object): RequestOf | RpcFailure {
  const parsed = parseRequest(request)
  if (!parsed.ok) return parsed.error
  const { value } = parsed
  if (value.method === 'batch' || value.method === 'sequence' || value.method === 'ifelse') {
    throw new TypeError('this file has plain requests only')
  }
  return value
}

function signedTextOf<M extends MethodName>({ method, params }: RequestOf<M>): Verdict {
  const text = METHODS[method].signing?.text(params)
  if (text === undefined) return { reject: 'not_signed' }
  return { expect: { text: decodeUtf8(text) ?? null, hex: hexOf(text) } }
}

function evaluateSignedText({ request }: { readonly request: object }): Verdict {
  const parsed = parsePlain(request)
  return 'status' in parsed ? refusal(parsed) : signedTextOf(parsed)
}

interface AuthenticationInput {
  readonly nowMs: number
  readonly isForwarded?: boolean
  /** Whether the token of the request was revoked. */
  readonly isRevoked?: boolean
  readonly request: object
}

function evaluateAuthentication(input: AuthenticationInput): Verdict {
  const parsed = parsePlain(input.request)
  if ('status' in parsed) return refusal(parsed)
  const failure = checkRequest(parsed, {
    nowMs: input.nowMs,
    isForwarded: input.isForwarded ?? false,
    isRevoked: () => input.isRevoked ?? false,
  })
  return failure === undefined ? { expect: { isPermitted: true } } : refusal(failure)
}

/** From a request to the bytes, or from bytes to the request. */
type ForwardInput = { readonly request: object } | { readonly hex: string }

function evaluateForward(input: ForwardInput): Verdict {
  if ('hex' in input) return verdictOfRequest(decodeForward(bytesOf(input.hex)), showRequest)
  const parsed = parsePlain(input.request)
  if ('status' in parsed) return refusal(parsed)
  return isRecursiveRequest(parsed)
    ? { expect: { hex: hexOf(encodeForward(parsed)) } }
    : { reject: 'not_forwarded' }
}

interface EntryInput {
  readonly kind: 'store' | 'delete' | 'range' | 'expire' | 'revoke'
  readonly account?: string
  readonly hash?: string
  readonly requested?: readonly string[]
  readonly changed?: readonly string[] | HashesByNamespace
  readonly updated?: readonly string[]
  readonly unchanged?: Readonly<Record<string, number>>
  readonly timeMs?: number | readonly number[]
  readonly tokens?: readonly string[]
}

function accountOf(text: string | undefined): AccountBytes {
  const account = parseAccountBytes(text ?? '')
  if (account === undefined) throw new TypeError('a vector names no account')
  return account
}

function firstOf(time: EntryInput['timeMs']): number {
  return typeof time === 'number' ? time : (time?.[0] ?? 0)
}

function entryTextOf(input: EntryInput): Uint8Array {
  if (input.kind === 'store') return encodeStoreEntryText(input.hash ?? '')
  const account = accountOf(input.account)
  const { requested = [], changed = [], updated = [], timeMs = 0, unchanged } = input
  if (input.kind === 'delete') {
    return encodeDeleteEntryText({ account, requested, deleted: Object.values(changed).flat() })
  }
  if (input.kind === 'range') {
    return encodeRangeEntryText({ account, timeMs: firstOf(timeMs), changed })
  }
  if (input.kind === 'expire') {
    const entry = { account, expiryMs: timeMs, requested, updated }
    return encodeExpireEntryText({ ...entry, ...(unchanged && { unchanged }) })
  }
  const tokens = (input.tokens ?? []).map((token) => bytesOf(token))
  return encodeRevokeEntryText({ account, timestampMs: firstOf(timeMs), tokens })
}

function evaluateEntryText(input: EntryInput): Verdict {
  const text = entryTextOf(input)
  return { expect: { text: decodeUtf8(text) ?? null, hex: hexOf(text) } }
}

interface BudgetInput {
  readonly maxSize?: number
  readonly maxCount?: number
  /** Lengths of the data of the messages that are there. */
  readonly messages: readonly number[]
}

const HASH_LENGTH = 43

function evaluateBudget({ maxSize, maxCount, messages }: BudgetInput): Verdict {
  const budget = computeRetrieveBudget({ maxSize, maxCount })
  const rows = messages.map((dataLength) => ({ hashLength: HASH_LENGTH, dataLength }))
  return { expect: { returned: countWithinBudget(rows, budget) } }
}

export const RPC_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('03-rpc/request.json', evaluateRequest),
  defineEvaluator('03-rpc/signed-text.json', evaluateSignedText),
  defineEvaluator('03-rpc/authentication.json', evaluateAuthentication),
  defineEvaluator('03-rpc/forward.json', evaluateForward),
  defineEvaluator('03-rpc/entry-text.json', evaluateEntryText),
  defineEvaluator('03-rpc/retrieve-budget.json', evaluateBudget),
]
