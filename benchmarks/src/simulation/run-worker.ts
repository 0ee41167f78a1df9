/**
 * The parent's end of a process with a simulated network.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { BackgroundReport, WorkerHop, WorkerOrder, WorkerReport } from './network-worker.ts'

export interface NetworkProcess extends AsyncDisposable {
  readonly nodes: number
  readonly hops: readonly WorkerHop[]
  advance(minutes: number): Promise<BackgroundReport>
  /** Processor time of the process since it started. */
  readCpuMs(): Promise<number>
}

/** A process of its own has a heap of its own: the garbage of one network is not another's work. */
const HEAP_MEBIBYTES_MAX = 8192

async function ask(child: ChildProcess, order: WorkerOrder): Promise<WorkerReport> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`a simulated network ended with ${code}`)
  })
  const reported = once(child, 'message').then(([report]) => report as WorkerReport)
  child.send(order)
  return Promise.race([reported, ended])
}

function assertPresent<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a report lacks what was asked for')
  return value
}

export async function startNetworkProcess(nodes: number): Promise<NetworkProcess> {
  const child = fork(new URL('network-worker.ts', import.meta.url), {
    execArgv: [`--max-old-space-size=${HEAP_MEBIBYTES_MAX}`],
    serialization: 'advanced',
  })
  child.setMaxListeners(0)
  const { hops } = await ask(child, { order: 'start', nodes })
  return {
    nodes,
    hops: assertPresent(hops),
    advance: async (minutes) =>
      assertPresent((await ask(child, { order: 'advance', minutes })).background),
    readCpuMs: async () => assertPresent((await ask(child, { order: 'cpu' })).cpuMs),
    async [Symbol.asyncDispose]() {
      const ended = once(child, 'exit')
      child.disconnect()
      await ended
    },
  }
}
