/**
 * `sotto chat`: the command line of the screen for conversations. The work is in `../chat/`.
 *
 * @module
 */
import { Command } from 'commander'
import { type HomeOptions, type NetworkOptions, readTerminalWishes } from '../config.ts'
import { addHome, addNetwork, findPlace } from './shared-options.ts'

export function createChatCommand(): Command {
  return addNetwork(addHome(new Command('chat')))
    .description('read and write messages on the whole terminal, as they come; /help there')
    .argument('[id]', 'the account or the group to begin with')
    .action(async (start: string | undefined, options: HomeOptions & NetworkOptions) => {
      const { runChat } = await import('../chat/run-chat.ts')
      const wishes = readTerminalWishes()
      await runChat({ ...findPlace(options), wishes, ...(start !== undefined && { start }) })
    })
}
