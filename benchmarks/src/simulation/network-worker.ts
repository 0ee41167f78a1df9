/**
 * A process with one simulated network, which does what its parent says: lets time go on and tells what that cost, or tells
 * where its nodes listen and stands still while the parent sends requests. Started by `figures/scale.ts`.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import type { NewMessage } from '@sotto/node/message-store'
import { subtractTraffic, sumCounts } from './counted-network.ts'
import { type Simulation, type SwarmPart, startSimulation } from './simulated-network.ts'
import { createAccountBytes, createMessages } from './stored-messages.ts'

export type WorkerOrder =
  | { readonly order: 'start'; readonly nodes: number }
  | { readonly order: 'advance'; readonly minutes: number }
  | { readonly order: 'cpu' }

/** Sums over all nodes. */
export interface BackgroundReport {
  readonly cpuMs: number
  readonly frames: ReadonlyMap<string, number>
  readonly frameCount: number
  readonly bytes: number
  readonly dials: number
  readonly openLinks: number
  readonly documentBytes: number
}

export interface WorkerHop {
  readonly ed25519: string
  readonly x25519: string
  readonly webPort: number
}

export interface WorkerReport {
  readonly hops?: readonly WorkerHop[]
  readonly background?: BackgroundReport
  readonly cpuMs?: number
}

const AUTHORITIES = 3
const EPOCH_MS = 120_000
const MINUTE_MS = 60_000
const ACCOUNTS_PER_SWARM = 10
const MESSAGES_PER_SWARM = 200
const DATA_BYTES = 1024

/** The same for all members. */
function createFill(): (swarm: SwarmPart, nowMs: number) => readonly NewMessage[] {
  const filled = new Map<bigint, readonly NewMessage[]>()
  return (swarm, nowMs) => {
    const known = filled.get(swarm.id)
    if (known !== undefined) return known
    const accounts = []
    while (accounts.length < ACCOUNTS_PER_SWARM) {
      const account = createAccountBytes()
      if (swarm.keeps(account)) accounts.push(account)
    }
    const wanted = { accounts, count: MESSAGES_PER_SWARM, dataBytes: DATA_BYTES, nowMs }
    const messages = createMessages(wanted)
    filled.set(swarm.id, messages)
    return messages
  }
}

function readCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

async function advance(simulation: Simulation, minutes: number): Promise<BackgroundReport> {
  const { clock, network, documentBytes } = simulation
  const [before, cpuBeforeMs] = [network.read(), readCpuMs()]
  await clock.advance(minutes * MINUTE_MS)
  const { frames, bytes, dials } = subtractTraffic(network.read(), before)
  return {
    cpuMs: readCpuMs() - cpuBeforeMs,
    frames,
    frameCount: sumCounts(frames),
    bytes: sumCounts(bytes),
    dials,
    openLinks: network.openEnds / 2,
    documentBytes,
  }
}

await using resources = new AsyncDisposableStack()
let simulation: Simulation | undefined

async function obey(order: WorkerOrder): Promise<WorkerReport> {
  if (order.order === 'cpu') return { cpuMs: readCpuMs() }
  if (order.order === 'advance') {
    if (simulation === undefined) throw new Error('no network')
    return { background: await advance(simulation, order.minutes) }
  }
  simulation = await startSimulation({
    nodes: order.nodes,
    authorities: AUTHORITIES,
    votes: true,
    epochMs: EPOCH_MS,
    fill: createFill(),
  })
  resources.use(simulation)
  return {
    hops: simulation.nodes.map(({ identity, ports }) => ({
      ed25519: encodeHex(identity.signing.publicKey),
      x25519: encodeHex(identity.agreement.publicKey),
      webPort: ports.web,
    })),
  }
}

process.on('message', (order) => {
  void obey(order as WorkerOrder).then((report) => process.send?.(report))
})
// The parent lets go, or is gone: either way nobody wants this network any more.
await new Promise((resolve) => process.once('disconnect', resolve))
