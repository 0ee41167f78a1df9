/**
 * Executes requests that hold other requests: `batch` in parallel, `sequence` until the first failure,
 * `ifelse` by a condition (spec 03 §4).
 *
 * @module
 */
import {
  isConditionMet,
  STATUS,
  STORAGE_VERSION,
  type BatchParams,
  type IfElseRequest,
  type RpcRequest,
} from '@sotto/protocol/rpc'
import { executeRequest } from './execute-request.ts'
import type { RpcContext } from './rpc-context.ts'
import type { RpcReply } from './rpc-reply.ts'

interface SubResult {
  readonly code: number
  readonly body: string | object
}

function toResult({ status, body }: RpcReply): SubResult {
  return { code: status, body }
}

function isSuccess({ status }: RpcReply): boolean {
  return status >= 200 && status < 300
}

async function executeBatch({ requests }: BatchParams, context: RpcContext): Promise<RpcReply> {
  const replies = await Promise.all(requests.map((request) => executeRequest(request, context)))
  return { status: STATUS.ok, body: { results: replies.map(toResult) } }
}

async function executeSequence({ requests }: BatchParams, context: RpcContext): Promise<RpcReply> {
  const results: SubResult[] = []
  for (const request of requests) {
    const reply = await executeRequest(request, context)
    results.push(toResult(reply))
    if (!isSuccess(reply)) break
  }
  return { status: STATUS.ok, body: { results } }
}

async function executeIfElse(
  { condition, consequent, alternative }: IfElseRequest['params'],
  context: RpcContext,
): Promise<RpcReply> {
  const { hardFork, network } = context
  const versions = { hardFork, version: STORAGE_VERSION, height: network.height }
  const isMet = isConditionMet(condition, versions)
  const branch = isMet ? consequent : alternative
  const result = branch && toResult(await executeAny(branch, context))
  const body = {
    hf: hardFork,
    v: STORAGE_VERSION,
    height: network.height,
    condition: isMet,
    ...(result && { result }),
  }
  return { status: STATUS.ok, body }
}

export async function executeAny(request: RpcRequest, context: RpcContext): Promise<RpcReply> {
  switch (request.method) {
    case 'batch':
      return executeBatch(request.params, context)
    case 'sequence':
      return executeSequence(request.params, context)
    case 'ifelse':
      return executeIfElse(request.params, context)
    default:
      return executeRequest(request, context)
  }
}
