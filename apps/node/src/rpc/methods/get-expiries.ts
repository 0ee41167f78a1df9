/**
 * Answers `get_expiries`; the reply has neither `t` nor `hf` (spec 03 §4).
 *
 * @module
 */
import { STATUS, type GetExpiriesParams } from '@sotto/protocol/rpc'
import type { RpcContext } from '../rpc-context.ts'
import type { RpcReply } from '../rpc-reply.ts'

export function answerGetExpiries(
  { account, messages }: GetExpiriesParams,
  { store, clock }: RpcContext,
): RpcReply {
  const expiries = Object.fromEntries(store.expiries(account, messages, clock.now()))
  return { status: STATUS.ok, body: { expiries } }
}
