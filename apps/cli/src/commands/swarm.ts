/**
 * `sotto swarm`: which nodes keep an account's messages. The work is in `../messages/show-network.ts`.
 *
 * @module
 */
import { Command } from 'commander'
import { findNetworkPlace } from '../config.ts'
import { type Print, printOutcome } from '../output.ts'
import { type NetworkCommandOptions, addJson, addNetwork } from './shared-options.ts'

export function createSwarmCommand(print: Print): Command {
  return addJson(addNetwork(new Command('swarm')))
    .description('show which nodes keep the messages of an account')
    .argument('<id>', 'an account id')
    .action(async (id: string, options: NetworkCommandOptions) => {
      const { showSwarm } = await import('../messages/show-network.ts')
      printOutcome(await showSwarm(id, findNetworkPlace(options)), options, print)
    })
}
