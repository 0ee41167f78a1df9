/**
 * `sotto net up`: starts a network in this terminal or detached from it, and shows what runs.
 *
 * @module
 */

import type { Introspection } from '@sotto/devnet/introspection'
import { readSearchPath } from '../config.ts'
import { type Print, printOutcome } from '../output.ts'
import { composeBanner } from './banner.ts'
import { startDetached } from './detach.ts'
import { watchLaunchers } from './launcher-watch.ts'
import { findRunner } from './runner.ts'
import { introspectState } from './running-network.ts'
import { waitForStopSignal } from './stop-signal.ts'
import type { SupervisorOptions } from './supervisor-options.ts'

export interface StartChoices extends SupervisorOptions {
  readonly detach: boolean
  readonly json: boolean
}

function present(network: Introspection, choices: StartChoices, print: Print): void {
  const runner = findRunner(readSearchPath())
  const text = composeBanner(network, {
    statePath: choices.stateDir,
    runner,
    ending: choices.detach
      ? `Stop the network with: ${runner} sotto net down`
      : 'Ctrl-C stops the network.',
  })
  printOutcome({ json: network, text }, choices, print)
}

async function runInForeground(choices: StartChoices, print: Print): Promise<void> {
  const { startNetwork } = await import('@sotto/devnet/network')
  const orphaned = Promise.withResolvers<void>()
  using _watch = watchLaunchers(orphaned.resolve)
  const stop = Promise.race([waitForStopSignal(), orphaned.promise])
  if (!choices.json) print(`Starting ${choices.nodes} nodes …`)
  await using network = await startNetwork(choices)
  present(network.describe(), choices, print)
  await stop
  if (!choices.json) print('Stopping …')
}

/** Starts the network; in the foreground it resolves after the network has been stopped. */
export async function startFromCommand(choices: StartChoices, print: Print): Promise<void> {
  if (!choices.detach) return runInForeground(choices, print)
  const { nodes, basePort, seed, stateDir, epochMs, files, previews } = choices
  await startDetached({ nodes, basePort, seed, stateDir, epochMs, files, previews })
  present(await introspectState(stateDir), choices, print)
}
