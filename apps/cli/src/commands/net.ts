/**
 * `sotto net …`: the local network from a terminal. This file is only the command line; the work is in `../net/`, loaded
 * when a command runs so that `sotto send` does not pay for it.
 *
 * @module
 */

import { parseDuration } from '@sotto/devnet/duration'
import { EPOCH_MS_DEFAULT, EPOCH_MS_MAX, EPOCH_MS_MIN } from '@sotto/protocol/directory'
import { Command, InvalidArgumentError } from 'commander'
import { composeStatus } from '../net/banner.ts'
import { findStatePath } from '../net/state-path.ts'
import type { Print } from '../output.ts'
import { printOutcome } from '../output.ts'
import { addChaosCommands } from './net-chaos.ts'
import { addScenario } from './net-scenario.ts'
import { type StateOptions, addNetCommand, addPlace } from './net-options.ts'

const DEFAULT_BASE_PORT = 22_100
const DEFAULT_NODES = 12
const DEFAULT_SEED = 'demo'
/** One node keeps files; more make a place for large ones. */
const FILE_SERVERS = 1
const PREVIEW_NODES = 1
const DEFAULT_LOG_LINES = 20

interface NetworkShape extends StateOptions {
  readonly nodes: number
  readonly basePort: number
}

interface UpOptions {
  readonly seed: string
  readonly epoch: number
  readonly files: number
  readonly previews: number
  readonly detach?: boolean
}

function parseCount(text: string): number {
  if (!/^\d{1,6}$/u.test(text)) throw new InvalidArgumentError('A whole number is needed.')
  return Number(text)
}

function parseEpoch(text: string): number {
  const epochMs = parseDuration(text)
  if (epochMs !== undefined && epochMs >= EPOCH_MS_MIN && epochMs <= EPOCH_MS_MAX) return epochMs
  throw new InvalidArgumentError('A time from 500ms to 1h is needed.')
}

function addShape(command: Command): Command {
  return command
    .option('--nodes <n>', 'how many nodes', parseCount, DEFAULT_NODES)
    .option(
      '--base-port <port>',
      'introspection; the nodes follow, 0 for any',
      parseCount,
      DEFAULT_BASE_PORT,
    )
}

function addUp(net: Command, print: Print): void {
  addShape(addNetCommand(net, 'up', 'start a network and show what runs'))
    .option('--seed <word>', 'all keys and accounts follow from it', DEFAULT_SEED)
    .option(
      '--epoch <time>',
      'length of an epoch, such as 2s: the directory lives through a day in minutes',
      parseEpoch,
      EPOCH_MS_DEFAULT,
    )
    .option('--files <n>', 'how many of the nodes keep files', parseCount, FILE_SERVERS)
    .option('--previews <n>', 'how many fetch previews of links', parseCount, PREVIEW_NODES)
    .option('--detach', 'return when the network is ready and leave it running')
    .action(async (options: NetworkShape & UpOptions) => {
      const { startFromCommand } = await import('../net/start-command.ts')
      const { nodes, basePort, seed, epoch: epochMs, files, previews } = options
      const { detach = false, json = false } = options
      const stateDir = findStatePath(options.state)
      const shape = { nodes, basePort, seed, epochMs, files, previews, stateDir }
      await startFromCommand({ ...shape, detach, json }, print)
    })
}

function addDown(net: Command, print: Print): void {
  addNetCommand(net, 'down', 'stop the network').action(async (options: StateOptions) => {
    const { stopNetwork } = await import('../net/stop-network.ts')
    const stopped = await stopNetwork(findStatePath(options.state))
    const text = stopped ? 'The network has stopped.' : 'No network was running.'
    printOutcome({ json: { stopped }, text }, options, print)
  })
}

function addStatus(net: Command, print: Print): void {
  addPlace(addNetCommand(net, 'status', 'show what runs')).action(
    async ({ network: url, ...options }: StateOptions & { network?: string }) => {
      const { fetchIntrospection, introspectState } = await import('../net/running-network.ts')
      const stateDir = findStatePath(options.state)
      const network = await (url === undefined
        ? introspectState(stateDir)
        : fetchIntrospection(url))
      const text = composeStatus(network, url === undefined ? stateDir : undefined)
      printOutcome({ json: network, text }, options, print)
    },
  )
}

function addLogs(net: Command, print: Print): void {
  addNetCommand(net, 'logs', 'show what the nodes logged')
    .argument('[node]', 'one node; all when left out')
    .option('--lines <n>', 'how many of the last lines of each', parseCount, DEFAULT_LOG_LINES)
    .option('--follow', 'go on with the lines to come')
    .action(
      async (
        name: string | undefined,
        options: StateOptions & { lines: number; follow?: boolean },
      ) => {
        const { showLogs } = await import('../net/show-logs.ts')
        const { lines, follow = false } = options
        await showLogs(findStatePath(options.state), { name, lines, follow }, print)
      },
    )
}

function addReset(net: Command, print: Print): void {
  addNetCommand(net, 'reset', 'delete everything that a stopped network stored').action(
    async (options: StateOptions) => {
      const { resetState } = await import('@sotto/devnet/state-directory')
      const path = findStatePath(options.state)
      await resetState(path)
      printOutcome({ json: { reset: path }, text: `${path} is empty now.` }, options, print)
    },
  )
}

function addDoctor(net: Command, print: Print): void {
  addShape(addNetCommand(net, 'doctor', 'check what a network needs and say what to do')).action(
    async (options: NetworkShape) => {
      const { composeDiagnosis, examineMachineForNetwork } = await import('../net/doctor.ts')
      const { nodes, basePort } = options
      const statePath = findStatePath(options.state)
      const findings = await examineMachineForNetwork({ nodes, basePort, statePath })
      printOutcome({ json: { findings }, text: composeDiagnosis(findings) }, options, print)
      if (findings.some(({ verdict }) => verdict === 'problem')) process.exitCode = 1
    },
  )
}

/** The `net` command with all of its subcommands. */
export function createNetCommand(print: Print): Command {
  const net = new Command('net').description('a whole network on this machine')
  for (const add of [addUp, addDown, addStatus, addLogs, addReset, addDoctor]) add(net, print)
  addScenario(net, print)
  addChaosCommands(net, print)
  return net
}
