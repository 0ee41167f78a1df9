/**
 * What a node does for its peers, by command (spec 06 §4.1). Each part of the node answers its own commands; this is where
 * they meet.
 *
 * @module
 */
import type { NodeRecord } from '@sotto/protocol/directory'
import type { LinkAnswer } from './incoming-requests.ts'
import type { AnswerPeer } from './peer-links.ts'

/** May reject: that is a mistake of ours. */
export type AnswerCommand = (body: Uint8Array, sender: NodeRecord) => Promise<LinkAnswer>

/** By number of the command. */
export type LinkCommands = ReadonlyMap<number, AnswerCommand>

/** Never rejects. */
export function createLinkAnswer(
  commands: LinkCommands,
  onMistake: (error: unknown) => void,
): AnswerPeer {
  return async (command, body, sender) => {
    try {
      return (await commands.get(command)?.(body, sender)) ?? 'unknown_command'
    } catch (error) {
      onMistake(error)
      return 'failed'
    }
  }
}
