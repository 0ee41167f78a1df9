/**
 * Two ways to offer load: closed loop (a fixed number of requests in flight) and open loop (a fixed
 * rate, with latency counted from the moment at which a request was due, so that a stalled system
 * cannot hide its queue). Both are bounded in time and count.
 *
 * @module
 */
import { computePercentile } from './statistics.ts'

/** One request of a system under test; rejects when the answer is wrong. */
export type SendRequest = (index: number) => Promise<void>

export interface LoadResult {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly failed: number
}

export interface ClosedLoop {
  readonly concurrency: number
  readonly durationMs: number
}

export async function offerClosedLoop(send: SendRequest, load: ClosedLoop): Promise<LoadResult> {
  const latencies: number[] = []
  let failed = 0
  let index = 0
  const startedAt = performance.now()
  const deadline = startedAt + load.durationMs
  const work = async (): Promise<void> => {
    while (performance.now() < deadline) {
      const sentAt = performance.now()
      try {
        await send(index++)
        latencies.push(performance.now() - sentAt)
      } catch {
        failed += 1
      }
    }
  }
  await Promise.all(Array.from({ length: load.concurrency }, work))
  return summarise(latencies, performance.now() - startedAt, failed)
}

export interface OpenLoop {
  readonly perSecond: number
  readonly durationMs: number
}

export async function offerOpenLoop(send: SendRequest, load: OpenLoop): Promise<LoadResult> {
  const latencies: number[] = []
  const pending: Promise<void>[] = []
  const total = Math.floor((load.perSecond * load.durationMs) / 1000)
  const startedAt = performance.now()
  let failed = 0
  for (let index = 0; index < total; index += 1) {
    const dueAt = startedAt + (index * 1000) / load.perSecond
    const wait = dueAt - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    pending.push(
      send(index).then(
        () => void latencies.push(performance.now() - dueAt),
        () => void (failed += 1),
      ),
    )
  }
  await Promise.all(pending)
  return summarise(latencies, performance.now() - startedAt, failed)
}

function summarise(latencies: readonly number[], elapsedMs: number, failed: number): LoadResult {
  return {
    perSecond: (latencies.length * 1000) / elapsedMs,
    p50Ms: computePercentile(latencies, 50),
    p99Ms: computePercentile(latencies, 99),
    failed,
  }
}
