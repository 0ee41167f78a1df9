/** Which nodes may be used at all. */
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { MemoryStateStore } from '../../memory/index.ts'
import { formatNodeList, parseNodeList } from './network-node.ts'
import type { NodePool } from './node-pool.ts'

const REFILL_PAUSE_MS = 30_000

function countSeedCalls(network: SimulatedNetwork): number {
  return network.packets.filter(({ target }) => target.kind === 'url').length
}

function fill(network: SimulatedNetwork, pool: NodePool): ReturnType<NodePool['fill']> {
  return network.settle(pool.fill())
}

function fail(pool: NodePool, id: string, times: number): void {
  for (let time = 0; time < times; time++) pool.countFailure(id)
}

describe('filling the pool', () => {
  it('asks the seed in the first run, once for calls at the same time', async () => {
    const network = new SimulatedNetwork()
    const { pool } = createClient(network)
    await network.settle(Promise.all([pool.fill(), pool.fill(), pool.fill()]))
    expect(pool.nodes).toHaveLength(12)
    expect(countSeedCalls(network)).toBe(1)
  })

  it('asks nobody in the next run, so that a seed does not see every start', async () => {
    const network = new SimulatedNetwork()
    const state = new MemoryStateStore()
    await fill(network, createClient(network, state).pool)
    const next = createClient(network, state).pool
    unwrap(await fill(network, next))
    expect(next.nodes).toHaveLength(12)
    expect(next.isConfirmed).toBe(false)
    expect(countSeedCalls(network)).toBe(1)
  })

  it('asks the seed when what it remembers is no list', async () => {
    const network = new SimulatedNetwork()
    const state = new MemoryStateStore()
    const { pool } = createClient(network, {
      read: () => Promise.resolve('{"broken'),
      write: (name, value) => state.write(name, value),
    })
    unwrap(await fill(network, pool))
    expect(pool.nodes).toHaveLength(12)
  })

  it('says that there are no nodes when no seed answers and none is known', async () => {
    const network = new SimulatedNetwork()
    network.isOffline = true
    expect(codeOf(await fill(network, createClient(network).pool))).toBe('no_nodes')
  })

  it('asks the seed again when fewer than eight nodes are left', async () => {
    const network = new SimulatedNetwork()
    const { pool } = createClient(network)
    await fill(network, pool)
    await network.clock.advance(REFILL_PAUSE_MS)
    for (const { id } of network.nodes.slice(0, 4)) pool.remove(id)
    await fill(network, pool)
    expect(countSeedCalls(network)).toBe(1)
    pool.remove(network.nodes[4]?.id ?? '')
    await fill(network, pool)
    expect(countSeedCalls(network)).toBe(2)
    expect(pool.nodes).toHaveLength(12)
  })

  it('is content with a network of five, and wants it whole', async () => {
    const network = new SimulatedNetwork({ nodes: 5 })
    const { pool } = createClient(network)
    await fill(network, pool)
    await network.clock.advance(REFILL_PAUSE_MS)
    await fill(network, pool)
    expect(countSeedCalls(network)).toBe(1)
    pool.remove(network.nodes[0]?.id ?? '')
    await fill(network, pool)
    expect(countSeedCalls(network)).toBe(2)
  })

  it('does not ask the seed again and again while nodes go on failing', async () => {
    const network = new SimulatedNetwork({ nodes: 5 })
    const { pool } = createClient(network)
    for (let round = 0; round < 5; round++) {
      await fill(network, pool)
      pool.remove(pool.nodes[0]?.id ?? '')
    }
    expect(countSeedCalls(network)).toBe(1)
  })

  it('goes on with the nodes that are left while the seed is silent', async () => {
    const network = new SimulatedNetwork()
    const { pool } = createClient(network)
    await fill(network, pool)
    await network.clock.advance(REFILL_PAUSE_MS)
    for (const { id } of network.nodes.slice(0, 7)) pool.remove(id)
    network.isOffline = true
    unwrap(await fill(network, pool))
    expect(pool.nodes).toHaveLength(5)
  })
})

describe('nodes that fail', () => {
  it('leave the pool at the third failure in a row', async () => {
    const network = new SimulatedNetwork()
    const { pool } = createClient(network)
    await fill(network, pool)
    const id = network.nodes[0]?.id ?? ''
    fail(pool, id, 2)
    expect(pool.find(id)).toBeDefined()
    fail(pool, id, 1)
    expect(pool.find(id)).toBeUndefined()
  })

  it('are used again, after all others, when too few are left', async () => {
    const network = new SimulatedNetwork()
    const { pool } = createClient(network)
    await fill(network, pool)
    const ids = network.nodes.slice(0, 5).map(({ id }) => id)
    for (const id of ids.slice(0, 4)) fail(pool, id, 3)
    await fill(network, pool)
    expect(pool.nodes).toHaveLength(8)
    fail(pool, ids[4] ?? '', 3)
    await fill(network, pool)
    expect(pool.nodes).toHaveLength(12)
    expect(ids.map((id) => pool.failuresOf(id))).toEqual([1, 1, 1, 1, 1])
    expect(countSeedCalls(network)).toBe(1)
  })

  it('stay away when they have left the network', async () => {
    const network = new SimulatedNetwork()
    const { pool } = createClient(network)
    await fill(network, pool)
    for (const { id } of network.nodes.slice(0, 5)) {
      fail(pool, id, 3)
      pool.remove(id)
    }
    await fill(network, pool)
    expect(pool.nodes).toHaveLength(7)
  })

  it('begin anew after a success', async () => {
    const network = new SimulatedNetwork()
    const { pool } = createClient(network)
    await fill(network, pool)
    const id = network.nodes[0]?.id ?? ''
    fail(pool, id, 2)
    pool.clearFailures(id)
    fail(pool, id, 2)
    expect(pool.find(id)).toBeDefined()
    expect(pool.failuresOf(id)).toBe(2)
  })
})

describe('asking the nodes for newer nodes', () => {
  async function loseNodes(network: SimulatedNetwork, count: number): Promise<NodePool> {
    const { pool } = createClient(network)
    await fill(network, pool)
    for (const { id } of network.nodes.slice(0, count)) pool.remove(id)
    return pool
  }

  it('happens when nodes have gone, and takes what they agree on', async () => {
    const network = new SimulatedNetwork()
    const pool = await loseNodes(network, 1)
    const list = parseNodeList(formatNodeList(pool.nodes))
    await network.settle(pool.refresh(async () => list.slice(0, 10)))
    expect(pool.nodes).toHaveLength(10)
    expect(countSeedCalls(network)).toBe(1)
  })

  it('does not happen while the pool is whole', async () => {
    const network = new SimulatedNetwork()
    const pool = await loseNodes(network, 0)
    await network.settle(pool.refresh(() => Promise.reject(new Error('nobody is asked'))))
  })

  it('does not happen in a large network while sixteen are left', async () => {
    const network = new SimulatedNetwork({ nodes: 20 })
    const pool = await loseNodes(network, 4)
    await network.settle(pool.refresh(() => Promise.reject(new Error('nobody is asked'))))
    pool.remove(network.nodes[4]?.id ?? '')
    let asked = 0
    await network.settle(
      pool.refresh(async () => {
        asked += 1
        return pool.nodes
      }),
    )
    expect(asked).toBe(3)
  })

  it('falls back on the seed when the nodes do not agree, and then waits ten minutes', async () => {
    const network = new SimulatedNetwork()
    const pool = await loseNodes(network, 1)
    await network.settle(pool.refresh(async () => undefined))
    expect(countSeedCalls(network)).toBe(2)
    expect(pool.nodes).toHaveLength(12)
    pool.remove(network.nodes[0]?.id ?? '')
    await network.settle(pool.refresh(() => Promise.reject(new Error('nobody is asked'))))
  })
})
