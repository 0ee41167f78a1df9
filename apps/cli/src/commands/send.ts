/**
 * `sotto send`: the command line of sending a text. The work is in `../messages/send-text.ts`.
 *
 * @module
 */
import { Command } from 'commander'
import { findHome, findNetworkPlace } from '../config.ts'
import { type Print, printOutcome } from '../output.ts'
import { type MessageCommandOptions, addHome, addJson, addNetwork } from './shared-options.ts'

interface SendOptions extends MessageCommandOptions {
  readonly to: string
  readonly quote?: string
}

export function createSendCommand(print: Print): Command {
  return addJson(addNetwork(addHome(new Command('send'))))
    .description('send a text to an account or into a group')
    .requiredOption('--to <id>', 'the account id of whom to write to, or the id of a group')
    .option('--quote <message>', 'what it answers: the time or the hash of a message')
    .argument('<text>', 'the text, in quotes; - reads it from standard input')
    .action(async (text: string, options: SendOptions) => {
      const { sendText } = await import('../messages/send-text.ts')
      const place = findNetworkPlace(options)
      const { to, quote } = options
      const home = findHome(options)
      const outcome = await sendText({ home, place, to, text, ...(quote && { quote }) })
      printOutcome(outcome, options, print)
    })
}
