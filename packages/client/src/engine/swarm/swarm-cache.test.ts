/** Which nodes keep an account's messages, and whom we believe about it. */
import { encodeSwarmMembers } from '@sotto/protocol/directory'
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import type { NetworkClient } from '../network-client.ts'
import { formatNodeList } from '../network/network-node.ts'
import type { Swarm, SwarmCache } from './swarm-cache.ts'

const ACCOUNT = toAccountBytes(createAccount('bob').accountId)

function find(
  network: SimulatedNetwork,
  { swarms }: NetworkClient,
): ReturnType<SwarmCache['find']> {
  return network.settle(swarms.find(ACCOUNT))
}

function idsOf({ members }: Swarm): readonly string[] {
  return members.map(({ id }) => id).toSorted()
}

function countQuestions(network: SimulatedNetwork): number {
  return network.nodes.flatMap(({ executed }) => executed).filter((name) => name === 'get_swarm')
    .length
}

function expectedIds(network: SimulatedNetwork): readonly string[] {
  return network
    .swarmOf(ACCOUNT)
    .map(({ id }) => id)
    .toSorted()
}

describe('finding a swarm', () => {
  it('knows id and members from one node’s answer, through an onion', async () => {
    const network = new SimulatedNetwork()
    const swarm = unwrap(await find(network, createClient(network)))
    expect(idsOf(swarm)).toEqual(expectedIds(network))
    expect(swarm.id).toBe(network.swarmIdOf(ACCOUNT).toString(16))
    const direct = network.packetsTo('/storage_rpc/v1').map(({ body }) => String(Buffer.from(body)))
    const hex = Buffer.from(ACCOUNT).toString('hex')
    expect(direct.some((text) => text.includes(hex))).toBe(false)
  })

  it('asks once, until a node says otherwise', async () => {
    const network = new SimulatedNetwork()
    const client = createClient(network)
    await find(network, client)
    const asked = countQuestions(network)
    await find(network, client)
    expect(countQuestions(network)).toBe(asked)
    client.swarms.replace(ACCOUNT, undefined)
    await find(network, client)
    expect(countQuestions(network)).toBe(asked + 1)
  })

  it('gives the members in another order each time, those that failed last', async () => {
    const network = new SimulatedNetwork()
    const client = createClient(network)
    const { members } = unwrap(await find(network, client))
    const failed = members[0]?.id ?? ''
    client.pool.countFailure(failed)
    const firsts = new Set<string | undefined>()
    for (let run = 0; run < 30; run++) {
      const swarm = unwrap(await find(network, client))
      firsts.add(swarm.members[0]?.id)
      expect(swarm.members.at(-1)?.id).toBe(failed)
    }
    expect(firsts.size).toBeGreaterThan(1)
  })

  it('asks four nodes before it gives up', async () => {
    const network = new SimulatedNetwork()
    const client = createClient(network)
    unwrap(await network.settle(client.findPath()))
    const before = countQuestions(network)
    for (const { faults } of network.nodes) faults.answer = () => ({ status: 500, body: 'no' })
    expect(codeOf(await find(network, client))).toBe('node_failed')
    expect(countQuestions(network) - before).toBe(4)
  })

  it('says that a swarm is unknown when nobody is in it', async () => {
    const network = new SimulatedNetwork()
    const client = createClient(network)
    unwrap(await network.settle(client.findPath()))
    for (const { faults } of network.nodes) {
      faults.answer = () => ({ status: 200, body: { snodes: [], swarm: 'ffffffffffffffff' } })
    }
    expect(codeOf(await find(network, client))).toBe('swarm_unknown')
  })
})

describe('members of a swarm', () => {
  it('leave it with the pool, and the swarm is asked for anew when fewer than three are left', async () => {
    const network = new SimulatedNetwork()
    const client = createClient(network)
    const { members } = unwrap(await find(network, client))
    const asked = countQuestions(network)
    for (const { id } of members.slice(0, 3)) client.pool.remove(id)
    expect(unwrap(await find(network, client)).members).toHaveLength(3)
    expect(countQuestions(network)).toBe(asked)
    client.pool.remove(members[3]?.id ?? '')
    await find(network, client)
    expect(countQuestions(network)).toBeGreaterThan(asked)
  })

  it('count only if the node list knows them, so that one node cannot invent a swarm', async () => {
    const network = new SimulatedNetwork()
    const strangers = new SimulatedNetwork({ name: 'made up' })
    const client = createClient(network)
    unwrap(await network.settle(client.findPath()))
    const members = strangers.nodes.slice(0, 6).map(({ record }) => record)
    const body = encodeSwarmMembers({ id: 0n, members })
    for (const { faults } of network.nodes) faults.whole = { status: 200, body }
    expect(codeOf(await find(network, client))).toBe('swarm_unknown')
  })

  it('may be new to a list from an earlier run: then the seed is asked', async () => {
    const network = new SimulatedNetwork()
    const first = createClient(network)
    const known = network.nodes.filter(({ id }) => !expectedIds(network).includes(id))
    unwrap(await network.settle(first.pool.fill()))
    const remembered = first.pool.nodes.filter(({ id }) => known.some((node) => node.id === id))
    const client = createClient(network, {
      read: async (name) => (name.endsWith('/nodes') ? formatNodeList(remembered) : undefined),
      write: async () => undefined,
    })
    expect(idsOf(unwrap(await find(network, client)))).toEqual(expectedIds(network))
  })
})
