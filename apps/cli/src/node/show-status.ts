/**
 * `sotto node status`: asks the node of a folder how it is.
 *
 * @module
 */
import { systemClock } from '@sotto/client-node/clock'
import type { Outcome } from '../output.ts'
import { askNode, openNodeClient } from './ask-node.ts'
import { composeStatus } from './compose-status.ts'

export interface StatusOutcome extends Outcome {
  /** Whether there are troubles that do not pass by themselves. */
  readonly needsOperator: boolean
}

export async function showStatus(home: string): Promise<StatusOutcome> {
  const client = await openNodeClient(home)
  const [status, swarm, storage] = await askNode(
    Promise.all([client.status.query(), client.swarm.query(), client.storage.query()]),
  )
  return {
    json: { ...status, swarm, storage },
    text: composeStatus({ status, swarm, storage }, systemClock.now()),
    needsOperator: status.troubles.some((trouble) => trouble.needsOperator),
  }
}
