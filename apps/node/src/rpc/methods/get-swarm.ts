/**
 * Answers `get_swarm`, and with the same body says where an account belongs that is not here (spec 02 §5).
 *
 * @module
 */
import { encodeSwarmMembers } from '@sotto/protocol/directory'
import { STATUS } from '@sotto/protocol/rpc'
import type { AccountBytes } from '@sotto/protocol/swarm'
import type { RpcContext } from '../rpc-context.ts'
import { createReply, type RpcReply } from '../rpc-reply.ts'

export function answerGetSwarm(account: AccountBytes, context: RpcContext): RpcReply {
  return createReply(context, encodeSwarmMembers(context.network.swarmOf(account)))
}

export function answerWrongSwarm(account: AccountBytes, context: RpcContext): RpcReply {
  const members = encodeSwarmMembers(context.network.swarmOf(account))
  return createReply(context, members, STATUS.misdirected)
}
