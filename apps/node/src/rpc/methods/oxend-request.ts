/**
 * Answers `oxend_request`, through which clients reach what Session's chain daemon would tell (spec 03 §4).
 *
 * @module
 */
import { encodeServiceNodes, parseServiceNodesRequest } from '@sotto/protocol/directory'
import type { OxendRequestParams } from '@sotto/protocol/rpc'
import type { RpcContext } from '../rpc-context.ts'
import { createReply, type RpcReply } from '../rpc-reply.ts'

/** There is no name service here: no name is registered, which is an answer and not an error. */
const NO_NAME = { status: 'OK' }

export function answerOxendRequest(
  { endpoint, params }: OxendRequestParams,
  context: RpcContext,
): RpcReply {
  const result =
    endpoint === 'ons_resolve'
      ? NO_NAME
      : encodeServiceNodes(context.network, parseServiceNodesRequest(params))
  return createReply(context, { result })
}
