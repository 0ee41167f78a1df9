/**
 * Simulated networks in as many processes as they need for none to have more than so many nodes: what a node costs then does
 * not depend on how many others share its heap. Several networks of one size share the processes evenly, so that whoever talks
 * to another node talks to another process as often as in one network of all these nodes. This is the parent's end, which keeps
 * their clocks together.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { encodeHex } from '@sotto/crypto/bytes'
import { addTraffic, subtractTraffic, sumCounts } from './counted-network.ts'
import { NetworkPlan, type NetworkShape } from './network-plan.ts'
import type { WorkerOrder, WorkerReadings, WorkerReport } from './network-worker.ts'

/** Sums over all nodes. */
export interface BackgroundReport {
  readonly cpuMs: number
  readonly frames: ReadonlyMap<string, number>
  readonly frameCount: number
  readonly bytes: number
  readonly dials: number
  readonly openLinks: number
}

export interface NetworkHop {
  readonly ed25519: string
  readonly x25519: string
  readonly webPort: number
}

export interface NetworkProcesses extends AsyncDisposable {
  /** Of all networks. */
  readonly nodes: number
  /** Those of the first process and network: whatever the network's size, a path over them is work of one process. */
  readonly hops: readonly NetworkHop[]
  advance(minutes: number): Promise<BackgroundReport>
  /** Processor time of all processes since they started. */
  readCpuMs(): Promise<number>
}

const NODES_PER_PROCESS = 50
/** Long beside the work of a step and short beside everything that nodes wait for. */
const STEP_MS = 250
const MINUTE_MS = 60_000

async function ask(child: ChildProcess, order: WorkerOrder): Promise<WorkerReport> {
  const report = Promise.withResolvers<WorkerReport>()
  const noteReport = (message: unknown): void => report.resolve(message as WorkerReport)
  const noteEnd = (code: number | null): void => {
    report.reject(new Error(`a simulated network ended with ${code}`))
  }
  child.once('message', noteReport)
  child.once('exit', noteEnd)
  child.send(order)
  return report.promise.finally(() => {
    child.off('message', noteReport)
    child.off('exit', noteEnd)
  })
}

class Processes implements NetworkProcesses {
  readonly #children: readonly ChildProcess[]
  readonly nodes: number
  readonly hops: readonly NetworkHop[]

  constructor(children: readonly ChildProcess[], nodes: number, hops: readonly NetworkHop[]) {
    this.#children = children
    this.nodes = nodes
    this.hops = hops
  }

  async advance(minutes: number): Promise<BackgroundReport> {
    const before = await this.#read()
    for (let passedMs = 0; passedMs < minutes * MINUTE_MS; passedMs += STEP_MS) await this.#step()
    const after = await this.#read()
    const { frames, bytes, dials, failedDials } = subtractTraffic(after.traffic, before.traffic)
    // Whoever is not reached is asked again, at a cost that a real network would not have.
    if (failedDials > 0) throw new Error(`${failedDials} of ${dials} links could not be dialled`)
    return {
      cpuMs: after.cpuMs - before.cpuMs,
      frames,
      frameCount: sumCounts(frames),
      bytes: sumCounts(bytes),
      dials,
      openLinks: after.openEnds / 2,
    }
  }

  async readCpuMs(): Promise<number> {
    return (await this.#read()).cpuMs
  }

  async #askAll(order: WorkerOrder): Promise<readonly WorkerReport[]> {
    return Promise.all(this.#children.map((child) => ask(child, order)))
  }

  /** What one process does can make work for another, so that all are asked until none had any. */
  async #step(): Promise<void> {
    let reports = await this.#askAll({ order: 'step', durationMs: STEP_MS })
    while (reports.some(({ wasBusy }) => wasBusy === true)) {
      reports = await this.#askAll({ order: 'settle' })
    }
  }

  async #read(): Promise<WorkerReadings> {
    const reports = await this.#askAll({ order: 'read' })
    return reports
      .flatMap(({ readings }) => readings ?? [])
      .reduce((sum, one) => ({
        cpuMs: sum.cpuMs + one.cpuMs,
        traffic: addTraffic(sum.traffic, one.traffic),
        openEnds: sum.openEnds + one.openEnds,
      }))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#children.map((child) => once(child, 'exit'))
    for (const child of this.#children) child.disconnect()
    await Promise.all(ended)
  }
}

export interface ProcessesOptions {
  readonly networks?: number
  /** Of all networks together. */
  readonly nodesPerProcess?: number
}

export async function startNetworkProcesses(
  shape: NetworkShape,
  { networks = 1, nodesPerProcess = NODES_PER_PROCESS }: ProcessesOptions = {},
): Promise<NetworkProcesses> {
  const plan = new NetworkPlan(shape)
  const count = Math.ceil((networks * shape.nodes) / nodesPerProcess)
  const share = Math.ceil(shape.nodes / count)
  const children = Array.from({ length: count }, () =>
    fork(new URL('network-worker.ts', import.meta.url), { serialization: 'advanced' }),
  )
  const nowMs = Date.now()
  const reports = await Promise.all(
    children.map((child, index) => {
      const range = [index * share, Math.min(shape.nodes, (index + 1) * share)] as const
      return ask(child, { order: 'start', shape, networks, range, nowMs })
    }),
  )
  const ports = Array.from({ length: networks }, (_, network) =>
    reports.flatMap((report) => report.ports?.[network] ?? []),
  )
  const documents = ports.map((own) => plan.found(nowMs, own))
  await Promise.all(children.map((child) => ask(child, { order: 'begin', documents })))
  const hops = plan.identities.slice(0, share).map(({ signing, agreement }, index) => ({
    ed25519: encodeHex(signing.publicKey),
    x25519: encodeHex(agreement.publicKey),
    webPort: ports[0]?.[index]?.web ?? 0,
  }))
  return new Processes(children, networks * shape.nodes, hops)
}
