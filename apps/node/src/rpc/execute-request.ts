/**
 * Executes one request that holds no others: is the account ours, may the sender do this, then do it.
 *
 * @module
 */
import {
  checkRequest,
  isRecursiveRequest,
  resolveExpireMode,
  STATUS,
  type ClockContext,
  type RequestOf,
  type RpcFailure,
} from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'
import { dateRequest } from './date-request.ts'
import { executeRecursive } from './execute-recursive.ts'
import { answerGetExpiries } from './methods/get-expiries.ts'
import { answerGetSwarm, answerWrongSwarm } from './methods/get-swarm.ts'
import { answerInfo } from './methods/info.ts'
import { answerOxendRequest } from './methods/oxend-request.ts'
import { answerRetrieve } from './methods/retrieve.ts'
import type { RpcContext } from './rpc-context.ts'
import { refuse, type RpcReply } from './rpc-reply.ts'

/** Spec 03 §4.8. From here on `expire` takes a list of expiries. */
const EXPIRY_LIST_HARD_FORK = [19, 4] as const
const EXPIRY_LIST_TOO_NEW: RpcFailure = {
  status: STATUS.forbidden,
  text: 'expire: a list of expiries needs hard fork 19.4',
}

/** A node without a swarm of its own keeps nothing, so that no account is ever its. */
export function isOwnAccount(account: AccountBytes, { network, self }: RpcContext): boolean {
  const { id, members } = network.swarmOf(account)
  return members.length > 0 && id === self.swarm
}

/**
 * The first reason not to execute the request (spec 03 §5). What is dated by the entry node is checked at that time, so that
 * all members decide alike, now and when the request is shown to them again (spec 10 §8.1).
 */
export function findRefusal(
  request: RequestOf,
  { store, hardFork }: RpcContext,
  time: ClockContext,
): RpcFailure | undefined {
  const refusal = checkRequest(request, {
    ...time,
    isRevoked: (token) =>
      'account' in request.params && store.isRevoked(request.params.account, token),
  })
  return refusal ?? (request.method === 'expire' ? findExpireRefusal(request, hardFork) : undefined)
}

function findExpireRefusal(
  { params }: RequestOf<'expire'>,
  hardFork: RpcContext['hardFork'],
): RpcFailure | undefined {
  if (typeof params.expiryMs !== 'number' && !isExpiryListFork(hardFork)) return EXPIRY_LIST_TOO_NEW
  const mode = resolveExpireMode(params)
  return mode.ok ? undefined : mode.error
}

function isExpiryListFork([major, minor]: RpcContext['hardFork']): boolean {
  const [majorMin, minorMin] = EXPIRY_LIST_HARD_FORK
  return major > majorMin || (major === majorMin && minor >= minorMin)
}

export async function executeRequest(request: RequestOf, context: RpcContext): Promise<RpcReply> {
  switch (request.method) {
    case 'info':
      return answerInfo(context)
    case 'get_swarm':
      return answerGetSwarm(request.params.account, context)
    case 'oxend_request':
      return answerOxendRequest(request.params, context)
    default:
      return executeForAccount(request, context)
  }
}

type AccountRequest = Exclude<RequestOf, RequestOf<'info' | 'get_swarm' | 'oxend_request'>>

async function executeForAccount(request: AccountRequest, context: RpcContext): Promise<RpcReply> {
  const { account } = request.params
  if (!isOwnAccount(account, context)) return answerWrongSwarm(account, context)
  const nowMs = isRecursiveRequest(request) ? dateRequest(request, context) : context.clock.now()
  const refusal = findRefusal(request, context, { nowMs, isForwarded: false })
  if (refusal !== undefined) return refuse(refusal)
  if (isRecursiveRequest(request)) return executeRecursive(request, context, nowMs)
  await context.prepareAccount?.(account)
  switch (request.method) {
    case 'retrieve':
      return answerRetrieve(request.params, context)
    case 'get_expiries':
      return answerGetExpiries(request.params, context)
    default:
      return executeRecursive(request, context, nowMs)
  }
}
