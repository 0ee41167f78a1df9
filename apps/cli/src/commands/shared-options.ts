/**
 * The options that several commands have, with one wording.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { findHome, findNetworkPlace, type HomeOptions, type NetworkOptions } from '../config.ts'
import type { AccountPlace } from '../messages/with-messenger.ts'
import type { OutputOptions } from '../output.ts'

export type AccountCommandOptions = HomeOptions & OutputOptions
export type NetworkCommandOptions = NetworkOptions & OutputOptions
export type MessageCommandOptions = HomeOptions & NetworkOptions & OutputOptions

/** Whose account on which network. */
export function findPlace(options: HomeOptions & NetworkOptions): AccountPlace {
  return { home: findHome(options), place: findNetworkPlace(options) }
}

export function addHome(command: Command): Command {
  return command
    .option(
      '--home <dir>',
      'where the account and its messages are kept (default: SOTTO_HOME, else ~/.sotto)',
    )
    .option('--account <name>', 'one of several accounts in the home', readAccountName)
}

/** It becomes a directory. */
function readAccountName(name: string): string {
  if (/^[a-z0-9][a-z0-9_-]{0,31}$/u.test(name)) return name
  throw new InvalidArgumentError('small letters, digits, - and _, at most 32')
}

export function addNetwork(command: Command): Command {
  return command
    .option(
      '--network <url>',
      'introspection URL of the network (default: SOTTO_NETWORK, else the local network)',
    )
    .addOption(
      new Option(
        '--seed-url <url>',
        'seed of a network without introspection (default: SOTTO_SEED_URL)',
      ),
    )
}

export function addJson(command: Command): Command {
  return command.option('--json', 'print JSON')
}

export function addPassphrase(command: Command): Command {
  return command.option(
    '--passphrase-file <file>',
    'where the passphrase is, - for standard input (default: asked at the terminal)',
  )
}
