/**
 * Ends the network that runs on a state directory, from another process.
 *
 * @module
 */

import { DevnetError } from '@sotto/devnet/errors'
import { isStateFree } from '@sotto/devnet/state-directory'
import { findRunningNetwork } from './running-network.ts'

// Longer than a node may take to stop, so that a slow disk is not reported as a failure.
const STOP_DEADLINE_MS = 20_000

/** Resolves when the network has released its state; `false` when none was running. */
export async function stopNetwork(statePath: string): Promise<boolean> {
  const owner = await findRunningNetwork(statePath)
  if (owner === undefined) return false
  process.kill(owner.pid, 'SIGTERM')
  if (await isStateFree(statePath, STOP_DEADLINE_MS)) return true
  throw new DevnetError(
    'already_running',
    `The network did not stop within ${STOP_DEADLINE_MS / 1000} s; end process ${owner.pid} yourself.`,
  )
}
