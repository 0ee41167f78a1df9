/**
 * `sotto attach` and `sotto save`: files of messages. The work is in `../messages/attach-file.ts` and `../messages/save-file.ts`.
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

interface AttachOptions extends MessageCommandOptions {
  readonly to: string
  readonly text: string
  readonly voice?: boolean
  readonly asIs?: boolean
}

interface SaveOptions extends MessageCommandOptions {
  readonly file: string
  readonly out?: string
  readonly asIs?: boolean
}

function create(name: string): Command {
  return addJson(addNetwork(addHome(new Command(name))))
}

export function createAttachCommand(print: Print): Command {
  return create('attach')
    .description('send files, with a text if you like')
    .requiredOption('--to <id>', 'the account id of whom to write to, or the id of a group')
    .option('--text <text>', 'what goes with them', '')
    .option('--voice', 'they are what you said aloud')
    .option('--as-is', 'send pictures with everything they tell, such as where they were taken')
    .argument('<files...>', 'up to 32 files')
    .action(async (files: readonly string[], options: AttachOptions) => {
      const { attachFiles } = await import('../messages/attach-file.ts')
      const { to, text, voice = false, asIs = false } = options
      const wish = { to, text, files, isVoiceMessage: voice, isAsItIs: asIs }
      printOutcome(await attachFiles(findPlace(options), wish), options, print)
    })
}

export function createSaveCommand(print: Print): Command {
  return create('save')
    .description('save a file that came with a message')
    .argument('<message>', 'the message: its time or its hash, as `sotto history` shows them')
    .option(
      '--file <n>',
      'which of its files, from 1; `preview` for the picture of its preview',
      '1',
    )
    .option('--out <path>', 'where to; nothing that is there is replaced')
    .option('--as-is', 'save pictures that are too large to be shown, too')
    .action(async (message: string, options: SaveOptions) => {
      const { saveFile } = await import('../messages/save-file.ts')
      const { file, out, asIs = false } = options
      const wish = { message, file, isAsItIs: asIs, ...(out !== undefined && { out }) }
      printOutcome(await saveFile(findPlace(options), wish), options, print)
    })
}
