/** Where the authorities are known, no node can say where an account's messages are (spec 07 §11.5). */
import { encodeSwarmMembers } from '@sotto/protocol/directory'
import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import { describe, expect, it } from 'vitest'
import { createDocument, createTrust, serve } from '../../../test/directory-fixtures.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { SimulatedNode } from '../../../test/simulated-node.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { MemoryStateStore } from '../../memory/index.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import { NetworkClient } from '../network-client.ts'
import { callOwnSwarm } from './call-own-swarm.ts'
import type { Swarm } from './swarm-cache.ts'

const ME = createAccount('me')
const ACCOUNT = toAccountBytes(ME.accountId)
const URL = 'http://first.test'
/** An eighth of the epoch of the fixtures. */
const PAUSE_MS = 15_000

interface Setting {
  readonly network: SimulatedNetwork
  readonly client: NetworkClient
  readonly answers: Record<string, Uint8Array>
  readonly asked: readonly string[]
  /** In no swarm of the account. */
  readonly friends: readonly SimulatedNode[]
}

/** Two swarms or more, so that there are nodes that do not keep the account's messages. */
function createSetting(): Setting {
  const network = new SimulatedNetwork({ nodes: 24 })
  const answers: Record<string, Uint8Array> = { [URL]: createDocument(network) }
  const transport = serve(network, answers)
  const { clock, randomness } = network
  const client = new NetworkClient(
    { transport, state: new MemoryStateStore(), clock, randomness },
    { seedUrls: [], directory: createTrust([URL]) },
  )
  const swarm = network.swarmOf(ACCOUNT)
  const friends = network.nodes.filter((node) => !swarm.includes(node))
  expect(friends.length).toBeGreaterThan(4)
  return { network, client, answers, asked: transport.asked, friends }
}

function idsOf(nodes: readonly { readonly id: string }[]): readonly string[] {
  return nodes.map(({ id }) => id).toSorted()
}

async function find({ network, client }: Setting): Promise<Swarm> {
  return unwrap(await network.settle(client.swarms.find(ACCOUNT)))
}

function call({ network, client }: Setting): ReturnType<typeof callOwnSwarm> {
  const { swarms, swarmCaller, time } = client
  const compose = (nowMs: number) => [
    {
      method: 'store' as const,
      params: {
        account: ACCOUNT,
        namespace: 0,
        timestampMs: nowMs,
        expiryMs: nowMs + 60_000,
        sigTimestampMs: nowMs,
        data: Uint8Array.of(1, 2, 3),
      },
    },
  ]
  return network.settle(callOwnSwarm(compose, { account: ME, swarms, swarmCaller, time }))
}

function listFriends({ friends }: Setting): object {
  return encodeSwarmMembers({ id: 1n, members: friends.map(({ record }) => record) })
}

describe('the swarm of an account', () => {
  it('is computed from the document, and no node learns that it was looked for', async () => {
    const setting = createSetting()
    const swarm = await find(setting)
    expect(idsOf(swarm.members)).toEqual(idsOf(setting.network.swarmOf(ACCOUNT)))
    expect(swarm.id).toBe(setting.network.swarmIdOf(ACCOUNT).toString(16))
    expect(setting.network.packets).toEqual([])
  })

  it('is the same whatever nodes answer to get_swarm', async () => {
    const setting = createSetting()
    const { network } = setting
    const lie = { status: 200, body: listFriends(setting) }
    for (const { faults } of network.nodes) {
      faults.answer = (request, honest) => (request.method === 'get_swarm' ? lie : honest())
    }
    expect(idsOf((await find(setting)).members)).toEqual(idsOf(network.swarmOf(ACCOUNT)))
  })

  it('has those that failed last', async () => {
    const setting = createSetting()
    const [failed = ''] = idsOf((await find(setting)).members)
    setting.client.pool.countFailure(failed)
    expect((await find(setting)).members.at(-1)?.id).toBe(failed)
  })

  it('is unknown in a network where no node is in a swarm', async () => {
    const setting = createSetting()
    const { network, client, answers } = setting
    network.changeRecords((record) => ({ ...record, swarm: INVALID_SWARM_ID }))
    answers[URL] = createDocument(network)
    const found = await network.settle(client.swarms.find(ACCOUNT))
    expect(codeOf(found)).toBe('swarm_unknown')
    expect(client.pool.nodes).toHaveLength(24)
  })

  it('is not taken from a document that has expired', async () => {
    const setting = createSetting()
    await find(setting)
    await setting.network.clock.advance(3 * 86_400_000)
    const found = await setting.network.settle(setting.client.swarms.find(ACCOUNT))
    expect(codeOf(found)).toBe('directory_expired')
  })
})

describe('a member that says that the account belongs to its friends', () => {
  it('does not send the client to them', async () => {
    const setting = createSetting()
    const { network, friends } = setting
    await find(setting)
    const [liar] = network.swarmOf(ACCOUNT)
    if (liar === undefined) throw new Error('a member')
    liar.faults.answer = () => ({ status: 421, body: listFriends(setting) })
    for (let round = 0; round < 10; round++) unwrap(await call(setting))
    expect(liar.executed.length).toBeGreaterThan(0)
    expect(friends.flatMap(({ executed }) => executed)).not.toContain('store')
    expect(idsOf((await find(setting)).members)).toEqual(idsOf(network.swarmOf(ACCOUNT)))
  })

  it('does not make the client ask for documents more than eight times in an epoch', async () => {
    const setting = createSetting()
    await find(setting)
    for (const { faults } of setting.network.swarmOf(ACCOUNT)) {
      faults.answer = () => ({ status: 421, body: listFriends(setting) })
    }
    const before = setting.asked.length
    for (let round = 0; round < 5; round++) expect(codeOf(await call(setting))).toBe('wrong_swarm')
    expect(setting.asked.length).toBe(before + 1)
    await setting.network.clock.advance(PAUSE_MS)
    await call(setting)
    expect(setting.asked.length).toBe(before + 2)
  })

  it('is believed by the document that the authorities made since, and by nothing else', async () => {
    const setting = createSetting()
    const { network, client, answers } = setting
    const old = await find(setting)
    const ids = [...new Set(network.nodes.map(({ record }) => record.swarm))]
    const own = network.swarmIdOf(ACCOUNT)
    const other = ids.find((id) => id !== own) ?? 0n
    // The two swarms change places, for the nodes and in the next document.
    network.changeRecords((record) => {
      if (record.swarm === own) return { ...record, swarm: other }
      return record.swarm === other ? { ...record, swarm: own } : record
    })
    expect(idsOf(network.swarmOf(ACCOUNT))).not.toEqual(idsOf(old.members))
    await network.clock.advance(600_000)
    expect(codeOf(await call(setting))).toBe('wrong_swarm')
    answers[URL] = createDocument(network, { epoch: 105, ageMs: 1000 })
    await network.clock.advance(PAUSE_MS)
    unwrap(await call(setting))
    expect(client.directory?.status?.epoch).toBe(105)
    expect(idsOf((await find(setting)).members)).toEqual(idsOf(network.swarmOf(ACCOUNT)))
  })
})
