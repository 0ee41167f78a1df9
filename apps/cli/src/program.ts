/**
 * The command line of `sotto`. To add a command, write its file in `commands/` and add one line here.
 *
 * @module
 */
import { Command } from 'commander'
import { createAccountCommand } from './commands/account.ts'
import { createExportCommand, createImportCommand } from './commands/archive.ts'
import { createAttachCommand, createSaveCommand } from './commands/attach.ts'
import { createChatCommand } from './commands/chat.ts'
import { createContactCommand, createTimerCommand } from './commands/contact.ts'
import { createDeviceCommand } from './commands/device.ts'
import { createGroupCommand } from './commands/group.ts'
import { createHistoryCommand, createListCommand, createSearchCommand } from './commands/history.ts'
import {
  createDeleteCommand,
  createEditCommand,
  createForwardCommand,
  createReactCommand,
  createUnsendCommand,
} from './commands/message.ts'
import { createNetCommand } from './commands/net.ts'
import { createNodeCommand } from './commands/node.ts'
import { createPathCommand } from './commands/path.ts'
import { createProfileCommand, createSettingsCommand } from './commands/profile.ts'
import { createReadCommand } from './commands/read.ts'
import { createSendCommand } from './commands/send.ts'
import { createStatusCommand } from './commands/status.ts'
import { createSwarmCommand } from './commands/swarm.ts'
import type { Print } from './output.ts'

const COMMANDS = [
  createAccountCommand,
  createSendCommand,
  createAttachCommand,
  createSaveCommand,
  createReadCommand,
  createChatCommand,
  createListCommand,
  createHistoryCommand,
  createSearchCommand,
  createReactCommand,
  createEditCommand,
  createUnsendCommand,
  createDeleteCommand,
  createForwardCommand,
  createContactCommand,
  createGroupCommand,
  createTimerCommand,
  createProfileCommand,
  createSettingsCommand,
  createExportCommand,
  createImportCommand,
  createDeviceCommand,
  createStatusCommand,
  createSwarmCommand,
  createPathCommand,
  createNetCommand,
  createNodeCommand,
] as const

const FIRST_STEPS = `
First steps:
  sotto net up                                   a network on this machine, in a terminal of its own
  sotto account create                           an account
  sotto send --to ACCOUNT_ID "hello"             a message
  sotto read                                     what came
  sotto chat                                     both on one screen, as they come`

/** Throws where commander would end the program, so that one place decides about exit codes. */
export function createProgram(print: Print): Command {
  const program = new Command('sotto')
    .description('Messages between accounts, over a network that does not know who writes to whom.')
    .addHelpText('after', FIRST_STEPS)
  for (const create of COMMANDS) program.addCommand(create(print))
  prepare(program)
  return program
}

/** Settings that commander does not pass on to commands that are added. */
function prepare(command: Command): void {
  command.exitOverride().configureOutput({ outputError: () => undefined })
  for (const child of command.commands) prepare(child)
}
