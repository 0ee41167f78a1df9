/**
 * Answers `retrieve` (spec 03 §4.2).
 *
 * @module
 */
import { encodeBase64 } from '@sotto/crypto/bytes'
import { computeRetrieveBudget, messageCostBytes, type RetrieveParams } from '@sotto/protocol/rpc'
import type { StoredMessage } from '../../store/message-store.ts'
import type { RpcContext } from '../rpc-context.ts'
import { createReply, type RpcReply } from '../rpc-reply.ts'

/** True as long as the messages together stay within the budget. */
function createBudgetCheck(bytesMax: number): (message: StoredMessage) => boolean {
  let bytes = 0
  return ({ hash, data }) => {
    bytes += messageCostBytes(hash.length, data.length)
    return bytes <= bytesMax
  }
}

export function answerRetrieve(params: RetrieveParams, context: RpcContext): RpcReply {
  const { account, namespace, lastHash } = params
  const budget = computeRetrieveBudget(params)
  const page = context.store.retrieve({
    account,
    namespace,
    lastHash: lastHash === '' ? undefined : lastHash,
    countMax: budget.count,
    takes: createBudgetCheck(budget.bytes),
    nowMs: context.clock.now(),
  })
  const messages = page.messages.map(({ hash, timestampMs, expiryMs, data }) => ({
    hash,
    timestamp: timestampMs,
    expiration: expiryMs,
    data: encodeBase64(data),
  }))
  return createReply(context, { messages, more: page.more })
}
