/** Requests to a member of a swarm, and what a refusal teaches. */
import { describe, expect, it } from 'vitest'
import { createClient } from '../../../test/simulated-client.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import type { RpcAnswer } from '../../../test/simulated-node.ts'
import { codeOf, createAccount, unwrap } from '../../../test/simulated-person.ts'
import { toAccountBytes } from '../messaging/account-bytes.ts'
import type { NetworkClient } from '../network-client.ts'
import type { SwarmCaller } from './swarm-caller.ts'

const ACCOUNT = toAccountBytes(createAccount('bob').accountId)

const RESULT = { code: 200, body: {} }

interface Setting {
  readonly network: SimulatedNetwork
  readonly client: NetworkClient
}

async function createSetting(): Promise<Setting> {
  const network = new SimulatedNetwork()
  const client = createClient(network)
  unwrap(await network.settle(client.swarms.find(ACCOUNT)))
  return { network, client }
}

/** Calls a node that is in the account's swarm, or one that is not. */
function call({ network, client }: Setting, isMember: boolean): ReturnType<SwarmCaller['call']> {
  const swarm = network.swarmOf(ACCOUNT)
  const node = network.nodes.find((each) => swarm.includes(each) === isMember)
  const member = client.pool.find(node?.id ?? '')
  if (member === undefined) throw new Error('a node')
  const params = {
    account: ACCOUNT,
    namespace: 0,
    timestampMs: network.clock.now(),
    expiryMs: network.clock.now() + 60_000,
    sigTimestampMs: network.clock.now(),
    data: Uint8Array.of(1, 2, 3),
  }
  return network.settle(
    client.swarmCaller.call({
      account: ACCOUNT,
      member,
      compose: () => ({ method: 'sequence', params: { requests: [{ method: 'store', params }] } }),
      timeoutMs: 1000,
    }),
  )
}

function answerAll({ network }: Setting, answer: RpcAnswer): void {
  for (const { faults } of network.nodes) faults.answer = () => answer
}

describe('a call to a member', () => {
  it('gives one result for each request, and the path', async () => {
    const answer = unwrap(await call(await createSetting(), true))
    expect(answer.results).toHaveLength(1)
    expect(answer.results[0]).toMatchObject({ status: 200 })
    expect(answer.path.nodes).toHaveLength(3)
  })

  it('learns the right swarm from a 421 inside a batch', async () => {
    const setting = await createSetting()
    const { client, network } = setting
    client.swarms.replace(ACCOUNT, { id: 1n, members: client.pool.nodes.slice(0, 4) })
    expect(codeOf(await call(setting, false))).toBe('wrong_swarm')
    const swarm = unwrap(await network.settle(client.swarms.find(ACCOUNT)))
    expect(swarm.members.map(({ id }) => id).toSorted()).toEqual(
      network
        .swarmOf(ACCOUNT)
        .map(({ id }) => id)
        .toSorted(),
    )
  })

  it('forgets the swarm at a 421 that names nobody', async () => {
    const setting = await createSetting()
    answerAll(setting, { status: 421, body: { snodes: [], swarm: 'ffffffffffffffff' } })
    expect(codeOf(await call(setting, true))).toBe('wrong_swarm')
    for (const { faults } of setting.network.nodes) delete faults.answer
    const before = setting.network.packets.length
    unwrap(await setting.network.settle(setting.client.swarms.find(ACCOUNT)))
    expect(setting.network.packets.length).toBeGreaterThan(before)
  })

  it.each([
    [401, 'unauthorized'],
    [406, 'clock_out_of_sync'],
    [404, 'node_refused'],
    [500, 'node_failed'],
  ])('takes a %d inside a batch for %s', async (status, code) => {
    const setting = await createSetting()
    answerAll(setting, { status, body: 'no' })
    expect(codeOf(await call(setting, true))).toBe(code)
  })

  it('blames a member for a failure inside a batch', async () => {
    const setting = await createSetting()
    answerAll(setting, { status: 500, body: 'no' })
    await call(setting, true)
    const failures = setting.client.pool.nodes.map(({ id }) => setting.client.pool.failuresOf(id))
    expect(failures.filter((count) => count > 0)).toEqual([1])
  })
})

describe('a member that answers with nonsense', () => {
  it.each<[string, object]>([
    ['no results', {}],
    ['no list of results', { results: 'none' }],
    ['results without a code', { results: [{ body: {} }] }],
    ['fewer results than requests', { results: [] }],
    ['more results than requests', { results: [RESULT, RESULT] }],
    ['a list', [1, 2, 3]],
  ])('counts as failed: %s', async (_name, body) => {
    const setting = await createSetting()
    for (const { faults } of setting.network.nodes) faults.whole = { status: 200, body }
    expect(codeOf(await call(setting, true))).toBe('node_failed')
    const { pool } = setting.client
    expect(pool.nodes.filter(({ id }) => pool.failuresOf(id) === 1)).toHaveLength(1)
  })
})
