/**
 * Resident memory of an idle node beside a bare Node process with the same libraries, and the time until
 * a network of twelve is ready.
 *
 * @module
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { startNetwork } from '@sotto/devnet/network'
import { computeMedian } from '../measure/statistics.ts'
import { ROUNDS } from '../measure/rounds.ts'
import { formatNumber, formatRatio, type Table } from '../table.ts'

const NODES = 12
const READY_TARGET_S = 10

/** VmRSS of Linux, in megabytes of 2^20 bytes. */
function readResidentMegabytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? Number.NaN) / 1024
}

async function measureBareProcess(): Promise<number> {
  const child = fork(new URL('../peers/bare-process.mjs', import.meta.url))
  await once(child, 'message')
  const megabytes = readResidentMegabytes(child.pid ?? 0)
  child.kill()
  await once(child, 'exit')
  return megabytes
}

async function measureNetwork(): Promise<{ megabytes: number; readySeconds: number }> {
  const startedAt = performance.now()
  await using network = await startNetwork({ nodes: NODES, driver: 'production-process' })
  const readySeconds = (performance.now() - startedAt) / 1000
  const pids = network.nodes.flatMap(({ pid }) => pid ?? [])
  return { megabytes: computeMedian(pids.map(readResidentMegabytes)), readySeconds }
}

export async function measureMemory(): Promise<Table> {
  const bare: number[] = []
  const nodes: { megabytes: number; readySeconds: number }[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.push(await measureBareProcess())
    nodes.push(await measureNetwork())
  }
  const ours = computeMedian(nodes.map(({ megabytes }) => megabytes))
  const ready = computeMedian(nodes.map(({ readySeconds }) => readySeconds))
  const peer = computeMedian(bare)
  return {
    title: 'An idle node, and a network that starts',
    columns: ['figure', 'value', 'peer', 'ratio', 'target'],
    rows: [
      [
        'resident memory of an idle node',
        `${formatNumber(ours, 1)} MiB`,
        `${formatNumber(peer, 1)} MiB (node + http + sqlite + sodium-native)`,
        formatRatio(ours / peer, { atMost: 1.6 }),
        '≤ 1.6',
      ],
      [
        `${NODES} nodes ready`,
        `${formatNumber(ready, 1)} s`,
        '–',
        ready <= READY_TARGET_S ? 'met' : 'missed',
        `≤ ${READY_TARGET_S} s`,
      ],
    ],
    notes: [
      'Median over all nodes of a network, then over five networks, right after each is ready.',
    ],
  }
}
