/**
 * `sotto status`: how well messages are protected. The work is in `../messages/show-protection.ts`.
 *
 * @module
 */
import { Command } from 'commander'
import { type Print, printOutcome } from '../output.ts'
import {
  type MessageCommandOptions,
  addHome,
  addJson,
  addNetwork,
  findPlace,
} from './shared-options.ts'

interface StatusOptions extends MessageCommandOptions {
  readonly rotate?: boolean
  readonly dismissForeignKey?: boolean
  readonly forgetKeysOf?: string
}

export function createStatusCommand(print: Print): Command {
  return addJson(addNetwork(addHome(new Command('status'))))
    .description('show how well messages are protected, and what a thief of this device could read')
    .option('--rotate', 'replace the key of this account now')
    .option(
      '--dismiss-foreign-key',
      'the key that somebody else published was yours, or you have acted',
    )
    .option('--forget-keys-of <id>', 'write to this account as if it never had keys')
    .action(async (options: StatusOptions) => {
      const { showProtection } = await import('../messages/show-protection.ts')
      printOutcome(await showProtection(findPlace(options), options), options, print)
    })
}
