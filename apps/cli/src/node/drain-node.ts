/**
 * `sotto node drain`: asks the node of a folder to leave, and waits, if wanted, until others keep everything that it kept.
 *
 * @module
 */
import type { NodeStatus } from '@sotto/node/operator-views'
import { nameProgram } from '../name-program.ts'
import type { Outcome } from '../output.ts'
import { askNode, type NodeClient, openNodeClient } from './ask-node.ts'
import { describeDrain } from './compose-status.ts'
import { pause } from './pause.ts'

export interface DrainOptions {
  readonly home: string
  readonly wait?: boolean
}

type Drain = NodeStatus['drain']

const LOOK_INTERVAL_MS = 1000

async function findEnd(client: NodeClient): Promise<Drain> {
  for (;;) {
    const { drain } = await askNode(client.status.query())
    if (drain.isDrained || drain.hasLeft) return drain
    await pause(LOOK_INTERVAL_MS)
  }
}

function adviseNext({ isDrained, hasLeft }: Drain, home: string): string {
  if (isDrained) {
    return 'Stop it, and see that nothing starts it again: a node that starts asks to be taken in.'
  }
  // Nobody asks a node that the network does not list, so waiting changes nothing.
  if (hasLeft) return 'Its swarm most likely has them. Keep the folder for a day, then delete it.'
  return `Let it run. \`${nameProgram()} node drain --home ${home} --wait\` waits until it can be stopped.`
}

export async function drainNode({ home, wait }: DrainOptions): Promise<Outcome> {
  const client = await openNodeClient(home)
  const asked = await askNode(client.drain.mutate())
  const drain = wait === true ? await findEnd(client) : asked
  const text = `The node leaves the network: ${describeDrain(drain)}.`
  return { json: drain, text: `${text}\n${adviseNext(drain, home)}` }
}
