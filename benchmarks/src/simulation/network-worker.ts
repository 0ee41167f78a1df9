/**
 * A process with some nodes of one or several simulated networks, which does what its parent says: starts them, lets one step of
 * time pass, waits until nobody here has anything to do, tells what that cost. Started by `network-processes.ts`.
 *
 * @module
 */
import type { NewMessage } from '@sotto/node/message-store'
import type { RunningNode } from '@sotto/node/start'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { CountedNetwork, type Traffic } from './counted-network.ts'
import { NetworkPlan, type NetworkShape, type SwarmPart } from './network-plan.ts'
import { settleLoop, SimulatedClock } from './simulated-clock.ts'
import { type SimulatedPart, startPart } from './simulated-part.ts'
import { createAccountBytes, createMessages } from './stored-messages.ts'

export type WorkerOrder =
  | {
      readonly order: 'start'
      readonly shape: NetworkShape
      /** So many networks of that shape; their nodes in this range are here. */
      readonly networks: number
      readonly range: readonly [from: number, to: number]
      readonly nowMs: number
    }
  /** A document for each network. */
  | { readonly order: 'begin'; readonly documents: readonly Uint8Array[] }
  | { readonly order: 'step'; readonly durationMs: number }
  | { readonly order: 'settle' }
  | { readonly order: 'read' }

export interface WorkerReadings {
  readonly cpuMs: number
  readonly traffic: Traffic
  readonly openEnds: number
}

export interface WorkerReport {
  /** For each network, of its nodes that are here. */
  readonly ports?: readonly (readonly RunningNode['ports'][])[]
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
let parts: readonly SimulatedPart[] = []

async function startParts(order: WorkerOrder & { order: 'start' }): Promise<WorkerReport> {
  const { shape, networks, range, nowMs } = order
  const plan = new NetworkPlan(shape)
  const [clock, network] = [new SimulatedClock(nowMs), new CountedNetwork()]
  const fill = createFill()
  const started: SimulatedPart[] = []
  while (started.length < networks) {
    started.push(resources.use(await startPart({ plan, range, nowMs, fill, clock, network })))
  }
  parts = started
  return { ports: parts.map(({ nodes }) => nodes.map(({ ports }) => ports)) }
}

async function obey(order: WorkerOrder): Promise<WorkerReport> {
  if (order.order === 'start') return startParts(order)
  const [first] = parts
  if (first === undefined) throw new Error('no nodes')
  const { clock, network } = first
  switch (order.order) {
    case 'begin':
      for (const [index, part] of parts.entries()) {
        await part.begin(order.documents[index] ?? new Uint8Array())
      }
      return {}
    case 'step':
      return { wasBusy: clock.step(order.durationMs) > 0 }
    case 'settle':
      return { wasBusy: (await settleLoop()) > 1 }
    case 'read': {
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
