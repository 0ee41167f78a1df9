/**
 * `sotto node …`: the command line of who runs a node. The work is in `../node/`, loaded when a command runs.
 *
 * @module
 */
import { Command } from 'commander'
import { type OutputOptions, type Print, printOutcome } from '../output.ts'
import type { DrainOptions } from '../node/drain-node.ts'
import type { InitOptions } from '../node/init-node.ts'
import type { BackupOptions, RestoreOptions } from '../node/keep-keys.ts'
import { addJson, addPassphrase } from './shared-options.ts'

/** The same as for a failure: whoever asks by a script wants to be told once. */
const EXIT_TROUBLES = 1

interface HomeOption {
  readonly home: string
}

function addNodeHome(command: Command): Command {
  return command.requiredOption('--home <dir>', 'the folder of the node')
}

function addInit(node: Command, print: Print): void {
  addJson(addNodeHome(node.command('init')))
    .description('make the folder of a new node: its keys and its configuration')
    .option('--network <place>', 'file or URL that describes the network to join')
    .option('--public-host <host>', 'IPv4 address under which others reach the node')
    .option('--host <host>', 'IPv4 address to listen on (default: all, if there is a public one)')
    .option('--https-port <port>', 'port for wire-compatible clients')
    .option('--web-port <port>', 'port for browsers')
    .option('--peer-port <port>', 'port for other nodes')
    .option('--operator-port <port>', 'port of the operator API on loopback (default: 22024)')
    .option('--name <name>', 'a name for the node, which everybody can see')
    .option('--contact <text>', 'how to reach you, which everybody can see')
    .option('--authority', 'make the key of an authority too')
    .action(async (options: InitOptions & OutputOptions) => {
      const { initNode } = await import('../node/init-node.ts')
      printOutcome(await initNode(options), options, print)
    })
}

function addRun(node: Command): void {
  addNodeHome(node.command('run'))
    .description('run the node in this terminal; SIGTERM or Ctrl-C ends it')
    .action(async ({ home }: HomeOption) => {
      const { runHome } = await import('../node/run-node.ts')
      await runHome(home)
    })
}

interface StatusOptions extends HomeOption, OutputOptions {
  readonly watch?: boolean
}

function addStatus(node: Command, print: Print): void {
  addJson(addNodeHome(node.command('status')))
    .description('say how the node stands and what to do; ends with 1 if something needs you')
    .option('--watch', 'say it again every few seconds, until Ctrl-C')
    .action(async (options: StatusOptions) => {
      const { watchStatus } = await import('../node/watch-status.ts')
      if (await watchStatus(options, print)) process.exitCode = EXIT_TROUBLES
    })
}

function addDrain(node: Command, print: Print): void {
  addJson(addNodeHome(node.command('drain')))
    .description('leave the network for good, after others keep what this node kept')
    .option('--wait', 'end when the node can be stopped')
    .action(async (options: DrainOptions & OutputOptions) => {
      const { drainNode } = await import('../node/drain-node.ts')
      printOutcome(await drainNode(options), options, print)
    })
}

function addKeys(node: Command, print: Print): void {
  const keys = node.command('keys').description('back up the keys of a node, and bring them back')
  addJson(addPassphrase(addNodeHome(keys.command('backup'))))
    .description('write keys and configuration to a file, encrypted under a passphrase')
    .requiredOption('--out <file>', 'the file to write')
    .action(async (options: BackupOptions & OutputOptions) => {
      const { backUpKeys } = await import('../node/keep-keys.ts')
      printOutcome(await backUpKeys(options), options, print)
    })
  addJson(addPassphrase(addNodeHome(keys.command('restore'))))
    .description('make the folder of a node from a backup')
    .argument('<file>', 'the backup')
    .action(async (file: string, options: RestoreOptions & OutputOptions) => {
      const { restoreKeys } = await import('../node/keep-keys.ts')
      printOutcome(await restoreKeys(file, options), options, print)
    })
}

/** The `node` command with all of its subcommands. */
export function createNodeCommand(print: Print): Command {
  const node = new Command('node').description('make, run and look after a node of your own')
  addInit(node, print)
  addRun(node)
  addStatus(node, print)
  addDrain(node, print)
  addKeys(node, print)
  return node
}
