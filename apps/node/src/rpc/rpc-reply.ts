/**
 * A reply as status and body, before it becomes an HTTP response or an onion reply (spec 03 §2).
 *
 * @module
 */
import { STATUS, type RpcFailure } from '@sotto/protocol/rpc'
import type { RpcParts } from './rpc-context.ts'

export interface RpcReply {
  readonly status: number
  /** Text for failures; otherwise for `JSON.stringify`. */
  readonly body: string | object
}

export function refuse({ status, text }: RpcFailure): RpcReply {
  return { status, body: text }
}

/** Most replies carry the node's time, which clients correct their clocks by, and the hard fork. */
export function createReply(
  parts: Pick<RpcParts, 'clock' | 'hardFork'>,
  body: object,
  status: number = STATUS.ok,
): RpcReply {
  return { status, body: { ...body, t: parts.clock.now(), hf: parts.hardFork } }
}
