/**
 * The commands that carry clients' requests between nodes (spec 06 §4.1): forwards within a swarm, and onion hops.
 *
 * @module
 */
import { COMMANDS, encodeStatusReply } from '@sotto/protocol/link'
import type { OnionService } from '../onion/onion-service.ts'
import type { RpcService } from '../rpc/rpc-service.ts'
import type { AnswerCommand } from './link-answer.ts'

export function createServiceCommands(
  rpc: RpcService,
  onion: OnionService,
): readonly (readonly [number, AnswerCommand])[] {
  return [
    [COMMANDS.storageForward, (body, sender) => rpc.answerForward(body, sender)],
    [COMMANDS.onionRelay, async (body) => encodeStatusReply(await onion.relay(body))],
    [COMMANDS.ping, (body) => Promise.resolve(body)],
    [COMMANDS.storageRpc, () => Promise.resolve('not_allowed')],
  ]
}
