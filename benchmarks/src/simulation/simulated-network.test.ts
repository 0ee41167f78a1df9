/** That a simulated network is one: its nodes test, report, compare and vote, and what they send is counted. */
import { describe, expect, it } from 'vitest'
import { addTraffic, subtractTraffic, sumCounts } from './counted-network.ts'
import { startNetworkProcesses } from './network-processes.ts'
import { startSimulation } from './simulated-network.ts'
import { createAccountBytes, createMessages } from './stored-messages.ts'

const EPOCH_MS = 120_000
const NODES = 5

function createFill() {
  let messages: ReturnType<typeof createMessages> | undefined
  return (_swarm: unknown, nowMs: number) =>
    (messages ??= createMessages({
      accounts: [createAccountBytes()],
      count: 20,
      dataBytes: 100,
      nowMs,
    }))
}

describe('a simulated network', () => {
  it('does in two epochs what its nodes do of themselves, and nobody is found unreachable', async () => {
    await using simulation = await startSimulation({
      nodes: NODES,
      authorities: 3,
      votes: true,
      epochMs: EPOCH_MS,
      fill: createFill(),
    })
    const { clock, network } = simulation
    await clock.advance(2 * EPOCH_MS)
    const { frames, dials } = network.read()
    const count = (name: string): number => frames.get(name) ?? 0
    // Two reports of each node to the four others, which are its swarm.
    expect(count('report')).toBe(2 * NODES * (NODES - 1))
    expect(count('audit')).toBe(2 * NODES * (NODES - 1))
    // Twelve tests an epoch, give or take.
    expect(count('uptime') / NODES).toBeGreaterThan(16)
    expect(count('uptime') / NODES).toBeLessThan(32)
    expect(count('reconcile')).toBeGreaterThan(NODES)
    expect(count('agreement')).toBeGreaterThan(0)
    expect(count('epochSignature')).toBeGreaterThan(0)
    expect(count('failure')).toBe(0)
    expect(dials).toBeGreaterThanOrEqual((NODES * (NODES - 1)) / 2)
  }, 60_000)

  it('counts a request and its answer once each', async () => {
    await using simulation = await startSimulation({
      nodes: 2,
      authorities: 1,
      votes: false,
      epochMs: EPOCH_MS,
      fill: () => [],
    })
    const { clock, network } = simulation
    await clock.advance(1000)
    const before = network.read()
    await clock.advance(EPOCH_MS)
    const { frames } = subtractTraffic(network.read(), before)
    const others = new Set(['ping', 'pong', 'goodbye', 'response', 'failure', 'cancel'])
    const requests = [...frames].filter(([name]) => !others.has(name))
    expect(sumCounts(new Map(requests))).toBe(frames.get('response'))
  }, 60_000)
})

describe('a simulated network of several processes', () => {
  it('is one network: what its nodes send one another does not depend on who shares a process', async () => {
    const shape = { nodes: NODES, authorities: 3, votes: true, epochMs: EPOCH_MS }
    await using network = await startNetworkProcesses(shape, { nodesPerProcess: 2 })
    const { frames, openLinks } = await network.advance(4)
    const count = (name: string): number => frames.get(name) ?? 0
    expect(count('report')).toBe(2 * NODES * (NODES - 1))
    expect(count('audit')).toBe(2 * NODES * (NODES - 1))
    expect(count('uptime') / NODES).toBeGreaterThan(16)
    expect(count('epochSignature')).toBeGreaterThan(0)
    expect(count('failure')).toBe(0)
    expect(openLinks).toBeGreaterThan(0)
    expect(openLinks).toBeLessThanOrEqual((NODES * (NODES - 1)) / 2)
    expect(network.hops).toHaveLength(2)
  }, 60_000)

  it('is several networks where that is wanted, and none of them knows another', async () => {
    const shape = { nodes: NODES, authorities: 3, votes: true, epochMs: EPOCH_MS }
    await using networks = await startNetworkProcesses(shape, { networks: 2, nodesPerProcess: 6 })
    expect(networks.nodes).toBe(2 * NODES)
    const { frames, openLinks } = await networks.advance(4)
    expect(frames.get('report')).toBe(2 * 2 * NODES * (NODES - 1))
    expect(frames.get('failure')).toBeUndefined()
    expect(openLinks).toBeLessThanOrEqual(NODES * (NODES - 1))
  }, 60_000)
})

describe('traffic between two readings', () => {
  it('is the difference of each kind, with what was not there before', () => {
    const earlier = {
      frames: new Map([['a', 2]]),
      bytes: new Map([['a', 20]]),
      dials: 1,
      failedDials: 0,
    }
    const later = {
      frames: new Map([
        ['a', 5],
        ['b', 1],
      ]),
      bytes: new Map([
        ['a', 50],
        ['b', 9],
      ]),
      dials: 4,
      failedDials: 2,
    }
    expect(subtractTraffic(later, earlier)).toEqual({
      frames: new Map([
        ['a', 3],
        ['b', 1],
      ]),
      bytes: new Map([
        ['a', 30],
        ['b', 9],
      ]),
      dials: 3,
      failedDials: 2,
    })
    expect(addTraffic(subtractTraffic(later, earlier), earlier)).toEqual(later)
  })
})
