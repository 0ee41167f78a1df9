/**
 * A process with some nodes of a simulated network, which does what its parent says: starts them, lets one step of time pass,
 * waits until nobody here has anything to do, tells what that cost. Started by `network-processes.ts`.
 *
 * @module
 */
import type { NewMessage } from '@sotto/node/message-store'
import type { RunningNode } from '@sotto/node/start'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import type { Traffic } from './counted-network.ts'
import { NetworkPlan, type NetworkShape, type SwarmPart } from './network-plan.ts'
import { settleLoop } from './simulated-clock.ts'
import { type SimulatedPart, startPart } from './simulated-part.ts'
import { createAccountBytes, createMessages } from './stored-messages.ts'

export type WorkerOrder =
  | {
      readonly order: 'start'
      readonly shape: NetworkShape
      readonly range: readonly [from: number, to: number]
      readonly nowMs: number
    }
  | { readonly order: 'begin'; readonly document: Uint8Array }
  | { readonly order: 'step'; readonly durationMs: number }
  | { readonly order: 'settle' }
  | { readonly order: 'read' }

export interface WorkerReadings {
  readonly cpuMs: number
  readonly traffic: Traffic
  readonly openEnds: number
}

export interface WorkerReport {
  readonly ports?: readonly RunningNode['ports'][]
  readonly readings?: WorkerReadings
  /** Whether anybody here had something to do since the order. */
  readonly wasBusy?: boolean
}

const ACCOUNTS_PER_SWARM = 10
const MESSAGES_PER_SWARM = 200
const DATA_BYTES = 1024

/** The same for all members of a swarm, whichever process they are in. */
function createFill(): (swarm: SwarmPart, nowMs: number) => readonly NewMessage[] {
  const filled = new Map<bigint, readonly NewMessage[]>()
  return (swarm, nowMs) => {
    const known = filled.get(swarm.id)
    if (known !== undefined) return known
    const randomness = createSeededRandomness(`swarm ${swarm.id}`)
    const accounts = []
    while (accounts.length < ACCOUNTS_PER_SWARM) {
      const account = createAccountBytes(randomness)
      if (swarm.keeps(account)) accounts.push(account)
    }
    const wanted = { accounts, count: MESSAGES_PER_SWARM, dataBytes: DATA_BYTES, nowMs, randomness }
    const messages = createMessages(wanted)
    filled.set(swarm.id, messages)
    return messages
  }
}

function readCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

await using resources = new AsyncDisposableStack()
let part: SimulatedPart | undefined

async function obey(order: WorkerOrder): Promise<WorkerReport> {
  if (order.order === 'start') {
    const { shape, range, nowMs } = order
    part = await startPart({ plan: new NetworkPlan(shape), range, nowMs, fill: createFill() })
    resources.use(part)
    return { ports: part.nodes.map(({ ports }) => ports) }
  }
  if (part === undefined) throw new Error('no nodes')
  switch (order.order) {
    case 'begin':
      await part.begin(order.document)
      return {}
    case 'step':
      return { wasBusy: part.clock.step(order.durationMs) > 0 }
    case 'settle':
      return { wasBusy: (await settleLoop()) > 1 }
    case 'read': {
      const { network } = part
      const { openEnds } = network
      return { readings: { cpuMs: readCpuMs(), traffic: network.read(), openEnds } }
    }
  }
}

process.on('message', (order) => {
  void obey(order as WorkerOrder).then((report) => process.send?.(report))
})
// The parent lets go, or is gone: either way nobody wants these nodes any more.
await new Promise((resolve) => process.once('disconnect', resolve))
