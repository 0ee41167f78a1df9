/**
 * `sotto path`: the three nodes over which requests of a home travel. The work is in `../messages/show-network.ts`.
 *
 * @module
 */
import { Command } from 'commander'
import { findHome, findNetworkPlace } from '../config.ts'
import { type Print, printOutcome } from '../output.ts'
import { type MessageCommandOptions, addHome, addJson, addNetwork } from './shared-options.ts'

export function createPathCommand(print: Print): Command {
  return addJson(addNetwork(addHome(new Command('path'))))
    .description('show a path of three nodes that requests take')
    .action(async (options: MessageCommandOptions) => {
      const { showPath } = await import('../messages/show-network.ts')
      printOutcome(await showPath(findHome(options), findNetworkPlace(options)), options, print)
    })
}
