/**
 * The options that several commands of `sotto net` have, with one wording.
 *
 * @module
 */
import { type Command, Option } from 'commander'
import type { OutputOptions } from '../output.ts'
import { addJson } from './shared-options.ts'

export interface StateOptions extends OutputOptions {
  readonly state?: string
}

/** Options of a command that talks to a network that runs. */
export interface PlaceOptions extends StateOptions {
  readonly network?: string
}

export function addNetCommand(net: Command, name: string, description: string): Command {
  const state = new Option('--state <dir>', 'where the network keeps its files').env('SOTTO_STATE')
  return addJson(net.command(name).description(description).addOption(state))
}

export function addPlace(command: Command): Command {
  const network = new Option('--network <url>', 'introspection URL, in place of --state')
  return command.addOption(network.env('SOTTO_NETWORK'))
}
