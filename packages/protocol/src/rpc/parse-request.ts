/**
 * Reads a whole RPC request from JSON, and writes one (spec 03 §2).
 *
 * Everything that can be decided without a clock, a key or a store is decided here, and a fault in any
 * nested request refuses the whole. Accounts, swarms, times and signatures are the caller's next step.
 *
 * @module
 */

import { err, ok, type Result } from '@sotto/crypto/result'
import { isJsonObject, type JsonObject, type JsonValue } from './codec.ts'
import { encodeCondition, parseCondition } from './condition.ts'
import {
  INVALID_JSON,
  invalidRequest,
  NO_METHOD_FIELD,
  NO_PARAMS_FIELD,
  type RpcFailure,
  unknownMethod,
} from './failure.ts'
import { BATCH_REQUESTS_MAX, IFELSE_DEPTH_MAX } from './limits.ts'
import {
  type BatchRequest,
  findMethodName,
  type IfElseRequest,
  isMetaName,
  type MethodName,
  METHODS,
  type RequestOf,
  type RpcRequest,
} from './registry.ts'

type Params = Readonly<Record<string, unknown>>

interface Call {
  readonly method: string
  readonly params: Params
}

/** What stands in the body of `/storage_rpc/v1`. */
export type RequestJson = { readonly method: string; readonly params: JsonObject }

/** Reads the body of `/storage_rpc/v1`, or an already parsed one. Total. */
export function parseRequest(input: string | object): Result<RpcRequest, RpcFailure> {
  if (typeof input !== 'string') return readRequest(input, 0)
  let value: unknown
  try {
    value = JSON.parse(input)
  } catch {
    return err(INVALID_JSON)
  }
  return readRequest(value, 0)
}

/** Reads the parameters of one method whose name is already known. Total. */
export function parseParams<M extends MethodName>(
  method: M,
  params: unknown,
): Result<RequestOf<M>, RpcFailure> {
  if (!isJsonObject(params)) return err(NO_PARAMS_FIELD)
  const reading = METHODS[method].readJson(params)
  return reading.ok ? ok({ method, params: reading.value }) : err(invalidRequest(reading.error))
}

function readCall(value: unknown): Result<Call, RpcFailure> {
  if (!isJsonObject(value) || typeof value['method'] !== 'string') return err(NO_METHOD_FIELD)
  if (!isJsonObject(value['params'])) return err(NO_PARAMS_FIELD)
  return ok({ method: value['method'], params: value['params'] })
}

/** `depth` counts the ifelse around this request. */
function readRequest(value: unknown, depth: number): Result<RpcRequest, RpcFailure> {
  const call = readCall(value)
  if (!call.ok) return call
  const { method, params } = call.value
  const name = findMethodName(method)
  if (name !== undefined) return parseParams(name, params)
  if (!isMetaName(method)) return err(unknownMethod(method))
  return method === 'ifelse' ? readIfElse(params, depth) : readBatch(method, params)
}

/** Names the place of a nested fault; a text that has the prefix already keeps only one. */
function nestFailure(place: string, { text }: RpcFailure): RpcFailure {
  return invalidRequest(`${place}: ${text.replace('invalid request: ', '')}`)
}

function readBatch(
  method: BatchRequest['method'],
  params: Params,
): Result<BatchRequest, RpcFailure> {
  const list = params['requests']
  if (!Array.isArray(list)) return err(invalidRequest('requests must be a list'))
  if (list.length === 0) return err(invalidRequest('requests must not be empty'))
  if (list.length > BATCH_REQUESTS_MAX) {
    return err(invalidRequest(`requests must have at most ${BATCH_REQUESTS_MAX} items`))
  }
  const requests: RequestOf[] = []
  for (const [index, item] of list.entries()) {
    const request = readNested(item)
    if (!request.ok) return err(nestFailure(`requests[${index}]`, request.error))
    requests.push(request.value)
  }
  return ok({ method, params: { requests } })
}

function readNested(item: unknown): Result<RequestOf, RpcFailure> {
  const call = readCall(item)
  if (!call.ok) return call
  const { method, params } = call.value
  if (isMetaName(method)) return err(invalidRequest(`${method} cannot be nested`))
  const name = findMethodName(method)
  return name === undefined ? err(unknownMethod(method)) : parseParams(name, params)
}

function readIfElse(params: Params, depth: number): Result<IfElseRequest, RpcFailure> {
  if (depth >= IFELSE_DEPTH_MAX) return err(invalidRequest('ifelse is nested too deeply'))
  const condition = parseCondition(params['if'])
  if (!condition.ok) return err(invalidRequest(condition.error))
  const consequent = readBranch('then', params, depth)
  if (!consequent.ok) return consequent
  const alternative = readBranch('else', params, depth)
  if (!alternative.ok) return alternative
  return ok({
    method: 'ifelse',
    params: {
      condition: condition.value,
      ...(consequent.value && { consequent: consequent.value }),
      ...(alternative.value && { alternative: alternative.value }),
    },
  })
}

function readBranch(
  branch: 'then' | 'else',
  params: Params,
  depth: number,
): Result<RpcRequest | undefined, RpcFailure> {
  const value = params[branch] ?? undefined
  if (value === undefined) return ok(undefined)
  const request = readRequest(value, depth + 1)
  return request.ok ? request : err(nestFailure(branch, request.error))
}

/** The JSON object that a client sends for a request. */
export function encodeRequest(request: RpcRequest): RequestJson {
  if (request.method === 'ifelse') {
    return { method: request.method, params: encodeIfElse(request) }
  }
  if (request.method === 'batch' || request.method === 'sequence') {
    const requests = request.params.requests.map(encodeRequest)
    return { method: request.method, params: { requests } }
  }
  return encodePlain(request)
}

function encodeIfElse({ params }: IfElseRequest): JsonObject {
  const { condition, consequent, alternative } = params
  const members: [string, JsonValue][] = [['if', encodeCondition(condition)]]
  if (consequent !== undefined) members.push(['then', encodeRequest(consequent)])
  if (alternative !== undefined) members.push(['else', encodeRequest(alternative)])
  return Object.fromEntries(members)
}

function encodePlain<M extends MethodName>({ method, params }: RequestOf<M>): RequestJson {
  return { method, params: METHODS[method].writeJson(params) }
}
