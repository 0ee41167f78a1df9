/**
 * The commands that act on one message. The work is in `../messages/act-on-message.ts`.
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

const MESSAGE = '<message>'
const WHICH = 'the message: its time or its hash, as `sotto history` shows them'

function create(name: string): Command {
  return addJson(addNetwork(addHome(new Command(name))))
}

export function createReactCommand(print: Print): Command {
  return create('react')
    .description('put an emoji on a message')
    .argument(MESSAGE, WHICH)
    .argument('<emoji>', 'one emoji')
    .option('--remove', 'take it away')
    .action(async (message: string, emoji: string, options: ReactOptions) => {
      const { reactTo } = await import('../messages/act-on-message.ts')
      const reaction = { emoji, isRemoved: options.remove === true }
      printOutcome(await reactTo(findPlace(options), message, reaction), options, print)
    })
}

interface ReactOptions extends MessageCommandOptions {
  readonly remove?: boolean
}

export function createEditCommand(print: Print): Command {
  return create('edit')
    .description('give a message of yours another text')
    .argument(MESSAGE, WHICH)
    .argument('<text>', 'the text, in quotes')
    .action(async (message: string, text: string, options: MessageCommandOptions) => {
      const { editMessage } = await import('../messages/act-on-message.ts')
      printOutcome(await editMessage(findPlace(options), message, text), options, print)
    })
}

export function createUnsendCommand(print: Print): Command {
  return create('unsend')
    .description('take a message of yours back, for everyone')
    .argument(MESSAGE, WHICH)
    .action(async (message: string, options: MessageCommandOptions) => {
      const { unsendMessage } = await import('../messages/act-on-message.ts')
      printOutcome(await unsendMessage(findPlace(options), message), options, print)
    })
}

export function createDeleteCommand(print: Print): Command {
  return create('delete')
    .description('delete messages for yourself, on all of your devices that do not have them yet')
    .argument('<messages...>', WHICH)
    .action(async (messages: readonly string[], options: MessageCommandOptions) => {
      const { deleteMessages } = await import('../messages/act-on-message.ts')
      printOutcome(await deleteMessages(findPlace(options), messages), options, print)
    })
}

export function createForwardCommand(print: Print): Command {
  return create('forward')
    .description('send the text of a message to somebody else, without who wrote it')
    .argument(MESSAGE, WHICH)
    .requiredOption('--to <id>', 'the account id of whom to write to')
    .action(async (message: string, options: MessageCommandOptions & { readonly to: string }) => {
      const { forwardMessage } = await import('../messages/act-on-message.ts')
      printOutcome(await forwardMessage(findPlace(options), message, options.to), options, print)
    })
}
