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
  readonly preview?: boolean
}

export function createSendCommand(print: Print): Command {
  return addJson(addNetwork(addHome(new Command('send'))))
    .description('send a text to an account or into a group')
    .requiredOption('--to <id>', 'the account id of whom to write to, or the id of a group')
    .option('--quote <message>', 'what it answers: the time or the hash of a message')
    .option(
      '--preview',
      'show the page of the first link in it: a node fetches it, not this machine',
    )
    .argument('<text>', 'the text, in quotes; - reads it from standard input')
    .action(async (text: string, options: SendOptions) => {
      const { sendText } = await import('../messages/send-text.ts')
      const place = findNetworkPlace(options)
      const { to, quote, preview: hasPreview = false } = options
      const home = findHome(options)
      const wish = { home, place, to, text, hasPreview, ...(quote && { quote }) }
      const outcome = await sendText(wish)
      printOutcome(outcome, options, print)
    })
}
