/** The network without an account. */
import { describe, expect, it } from 'vitest'
import { createClient } from '../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../test/simulated-network.ts'
import { codeOf, createAccount, unwrap } from '../../test/simulated-person.ts'
import { MemoryStateStore } from '../memory/index.ts'
import { NetworkClient } from './index.ts'
import { toAccountBytes } from './messaging/account-bytes.ts'

const ACCOUNT = toAccountBytes(createAccount('bob').accountId)

describe('a network client', () => {
  it('names the nodes that keep an account’s messages, in the order of their keys', async () => {
    const network = new SimulatedNetwork()
    const found = unwrap(await network.settle(createClient(network).findSwarm(ACCOUNT)))
    const expected = network
      .swarmOf(ACCOUNT)
      .map(({ id }) => id)
      .toSorted()
    expect(found.nodes.map(({ ed25519 }) => ed25519)).toEqual(expected)
    expect(found.swarm).toBe(network.swarmIdOf(ACCOUNT).toString(16))
  })

  it('passes on why a swarm was not found', async () => {
    const network = new SimulatedNetwork()
    network.isOffline = true
    const client = createClient(network)
    expect(codeOf(await network.settle(client.findSwarm(ACCOUNT)))).toBe('no_nodes')
    expect(codeOf(await network.settle(client.findPath()))).toBe('no_nodes')
  })

  it('asks three nodes through onions for newer nodes when some have gone', async () => {
    const network = new SimulatedNetwork()
    const client = createClient(network)
    unwrap(await network.settle(client.findPath()))
    for (const { id } of client.pool.nodes.slice(0, 2)) client.pool.remove(id)
    await network.settle(client.refresh())
    expect(client.pool.nodes).toHaveLength(12)
    const asked = network.nodes.filter(({ executed }) => executed.includes('oxend_request'))
    expect(asked).toHaveLength(3)
    expect(network.packets.filter(({ target }) => target.kind === 'url')).toHaveLength(1)
  })

  it('takes nothing from a node that gives an empty list, or nonsense', async () => {
    for (const body of [{ result: { service_node_states: [] } }, { result: 'nodes' }, [1]]) {
      const network = new SimulatedNetwork()
      const client = createClient(network)
      unwrap(await network.settle(client.findPath()))
      for (const { id } of client.pool.nodes.slice(0, 2)) client.pool.remove(id)
      for (const { faults } of network.nodes) faults.whole = { status: 200, body }
      await network.settle(client.refresh())
      // Without agreement the seed was asked.
      expect(client.pool.nodes).toHaveLength(12)
      expect(network.packets.filter(({ target }) => target.kind === 'url')).toHaveLength(2)
    }
  })

  it('keeps what it knows of two networks apart', async () => {
    const state = new MemoryStateStore()
    const network = new SimulatedNetwork()
    const first = createClient(network, state)
    unwrap(await network.settle(first.pool.fill()))
    const { clock, randomness } = network
    const ports = { transport: network, state, clock, randomness }
    const other = new NetworkClient(ports, { seedUrls: ['http://elsewhere.test'] })
    expect(codeOf(await network.settle(other.pool.fill()))).toBe('no_nodes')
  })
})
