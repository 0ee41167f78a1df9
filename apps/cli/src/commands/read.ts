/**
 * `sotto read`: the command line of fetching and showing messages. The work is in `../messages/read-messages.ts`.
 *
 * @module
 */
import { Command } from 'commander'
import { findHome, findNetworkPlace } from '../config.ts'
import type { Print } from '../output.ts'
import { type MessageCommandOptions, addHome, addJson, addNetwork } from './shared-options.ts'

interface ReadCommandOptions extends MessageCommandOptions {
  readonly follow?: boolean
  readonly new?: boolean
}

export function createReadCommand(print: Print): Command {
  return addJson(addNetwork(addHome(new Command('read'))))
    .description('fetch and show the messages that came, oldest first')
    .option('--new', 'only those that were not shown before')
    .option('--follow', 'go on, one line a message, until Ctrl-C')
    .action(async (options: ReadCommandOptions) => {
      const { followMessages, readMessages } = await import('../messages/read-messages.ts')
      const reading = {
        home: findHome(options),
        place: findNetworkPlace(options),
        isJson: options.json === true,
        isUnreadOnly: options.new === true,
      }
      await (options.follow === true ? followMessages : readMessages)(reading, print)
    })
}
