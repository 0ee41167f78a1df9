/**
 * The program behind `sotto net up --detach`: owns the network after the terminal has gone.
 *
 * It reports once over IPC to the command that started it and then lives until a signal. Should that command end before
 * the report, nobody is waiting for the network and it ends too.
 */

import { startNetwork } from '@sotto/devnet/network'
import { describeFailure } from '../describe-failure.ts'
import { type SupervisorReport, supervisorOptionsSchema } from './supervisor-options.ts'
import { waitForStopSignal } from './stop-signal.ts'

function report(message: SupervisorReport): void {
  process.send?.(message, () => process.disconnect())
}

async function main(): Promise<void> {
  const stop = waitForStopSignal()
  const options = supervisorOptionsSchema.parse(JSON.parse(process.argv[2] ?? ''))
  await using _network = await startNetwork(options)
  if (!process.connected) return
  report({ type: 'ready' })
  await stop
}

try {
  await main()
} catch (error) {
  process.exitCode = 1
  const failure = await describeFailure(error)
  if (failure !== undefined && process.connected) report({ type: 'failed', ...failure })
}
