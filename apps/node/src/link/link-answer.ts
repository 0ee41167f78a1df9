/**
 * What a node does for its peers, by command (spec 06 §4.1).
 *
 * @module
 */
import type { NodeRecord } from '@sotto/protocol/directory'
import { COMMANDS, encodeStatusReply } from '@sotto/protocol/link'
import type { OnionService } from '../onion/onion-service.ts'
import type { RpcService } from '../rpc/rpc-service.ts'
import type { LinkAnswer } from './incoming-requests.ts'
import type { AnswerPeer } from './peer-links.ts'

export interface LinkAnswerParts {
  readonly rpc: RpcService
  readonly onion: OnionService
  readonly onMistake: (error: unknown) => void
}

async function answer(
  command: number,
  body: Uint8Array,
  { rpc, onion, sender }: LinkAnswerParts & { readonly sender: NodeRecord },
): Promise<LinkAnswer> {
  switch (command) {
    case COMMANDS.storageForward:
      return rpc.answerForward(body, sender)
    case COMMANDS.onionRelay:
      return encodeStatusReply(await onion.relay(body))
    case COMMANDS.ping:
      return body
    case COMMANDS.storageRpc:
      return 'not_allowed'
    default:
      return 'unknown_command'
  }
}

/** Never rejects. */
export function createLinkAnswer(parts: LinkAnswerParts): AnswerPeer {
  return async (command, body, sender) => {
    try {
      return await answer(command, body, { ...parts, sender })
    } catch (error) {
      parts.onMistake(error)
      return 'failed'
    }
  }
}
