/**
 * Answers `info` (spec 03 §4).
 *
 * @module
 */
import { STORAGE_VERSION } from '@sotto/protocol/rpc'
import type { RpcParts } from '../rpc-context.ts'
import { createReply, type RpcReply } from '../rpc-reply.ts'

export function answerInfo(parts: RpcParts): RpcReply {
  return createReply(parts, { version: STORAGE_VERSION, timestamp: parts.clock.now() })
}
